using System.Diagnostics;
using System.Globalization;

namespace Perimeter.Streaming.Tests;

/// <summary>
/// A <see cref="KafkaMember"/> in a process of its own, which can be stopped and go on: the test program itself (<see cref="Program"/>). It writes what becomes of its units to
/// its output, and leaves when its input ends.
/// </summary>
internal sealed class KafkaChild : IAsyncDisposable
{
    public const string BootstrapVariable = "PERIMETER_TEST_KAFKA_CHILD";

    private const string PrefixVariable = "PERIMETER_TEST_KAFKA_CHILD_PREFIX";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _underWay = [];
    private readonly Task _reading;
    private int _committed;
    private int _lost;

    private KafkaChild(Process process)
    {
        _process = process;
        _reading = Task.Run(ReadAsync);
    }

    public int Committed => Volatile.Read(ref _committed);

    /// <summary>Units of work that were refused, or given up because the partition was taken away.</summary>
    public int Lost => Volatile.Read(ref _lost);

    /// <summary>Units of work whose commit has begun and is not answered.</summary>
    public int UnderWay
    {
        get
        {
            lock (_gate)
            {
                return _underWay.Count;
            }
        }
    }

    public static KafkaLogOptions Options(string bootstrap, string prefix, string instance) => KafkaContractTests.Options(bootstrap, prefix, instance) with
    {
        SessionTimeout = TimeSpan.FromSeconds(1),
        TransactionTimeout = TimeSpan.FromSeconds(3),
    };

    public static KafkaChild Start(string bootstrap, string prefix)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment[BootstrapVariable] = bootstrap;
        start.Environment[PrefixVariable] = prefix;
        return new KafkaChild(Process.Start(start)!);
    }

    public static async Task RunAsync(string bootstrap)
    {
        KafkaLogOptions options = Options(bootstrap, Environment.GetEnvironmentVariable(PrefixVariable)!, "child");

        // A few MB a unit, so that it takes a while.
        await using KafkaMember member = new(options, CancellationToken.None, padding: 1 << 20, Console.Out.WriteLine);
        await Console.In.ReadToEndAsync();
    }

    public Task StopAsync() => SignalAsync("STOP");

    public Task GoOnAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        await GoOnAsync();
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Bound, CancellationToken.None);
        }
        finally
        {
            _process.Kill();
            await _reading;
            _process.Dispose();
        }
    }

    private async Task SignalAsync(string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            string[] words = line.Split(' ');
            lock (_gate)
            {
                _ = words[0] == KafkaMember.Committing ? _underWay.Add(words[1]) : _underWay.Remove(words[1]);
            }

            _ = words[0] switch
            {
                KafkaMember.Committed => Interlocked.Increment(ref _committed),
                KafkaMember.Lost => Interlocked.Increment(ref _lost),
                _ => 0,
            };
        }
    }
}
