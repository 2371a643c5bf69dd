using System.Globalization;
using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>
/// A stage of its own: takes each frame of topic a to the same partition of topic b, in units of work, and says there which frame it was. As a process would, it tries a unit
/// again that was not kept, and starts anew where that is not known.
/// </summary>
internal sealed class KafkaMember : IAsyncDisposable
{
    private static readonly ReadLimits Batch = new(5, 1 << 20);

    private readonly KafkaLogOptions _options;
    private readonly int _padding;
    private readonly Action<string> _trace;
    private readonly CancellationTokenSource _stop;
    private readonly Task _running;
    private int _units;
    private int _partitions;

    /// <param name="options">With an instance name of its own.</param>
    /// <param name="cancellationToken">Of the test.</param>
    /// <param name="padding">Bytes that each output has besides, so that a transaction takes a while.</param>
    /// <param name="trace">Told of each unit that its commit begins, that it was committed, or that it was lost.</param>
    public KafkaMember(KafkaLogOptions options, CancellationToken cancellationToken, int padding = 0, Action<string>? trace = null)
    {
        _options = options;
        _padding = padding;
        _trace = trace ?? (_ => { });
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    public const string Group = "g";

    public const string Committing = "committing";
    public const string Committed = "committed";
    public const string Lost = "lost";

    /// <summary>Units of work that were committed.</summary>
    public int Units => Volatile.Read(ref _units);

    /// <summary>Partitions whose work is under way.</summary>
    public int Partitions => Volatile.Read(ref _partitions);

    public string Name => _options.Instance;

    /// <summary>Leaves in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Names the frame, with its text; what does not compress comes behind it.</summary>
    public static LogOutput Output(LogFrame frame, int padding)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{frame.Position.Partition}:{frame.Position.Frame}={Encoding.UTF8.GetString(frame.Payload.Span)}|");
        byte[] output = new byte[text.Length + padding];
        new Random(padding).NextBytes(output.AsSpan(text.Length));
        Encoding.UTF8.GetBytes(text, output);
        return new LogOutput("b", frame.Position.Partition, output);
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using KafkaLog log = await KafkaLog.OpenAsync(_options, _stop.Token);
                await log.ConsumeAsync("a", Group, WorkAsync, _stop.Token);
            }
            catch (Exception exception) when (exception is LogFailedException or LogFullException or OperationCanceledException)
            {
                // Started again.
            }
        }
    }

    private async Task WorkAsync(IPartitionReader reader, CancellationToken ending)
    {
        Interlocked.Increment(ref _partitions);
        try
        {
            while (true)
            {
                IReadOnlyList<LogFrame> frames = await reader.ReadAsync(Batch, TimeSpan.FromSeconds(1), ending);
                if (frames.Count > 0)
                {
                    await CommitAsync(reader, frames, ending);
                }
            }
        }
        finally
        {
            Interlocked.Decrement(ref _partitions);
        }
    }

    private async Task CommitAsync(IPartitionReader reader, IReadOnlyList<LogFrame> frames, CancellationToken ending)
    {
        LogOutput[] outputs = [.. frames.Select(frame => Output(frame, _padding))];
        string unit = $"{reader.Partition}:{frames[0].Position.Frame}";
        while (true)
        {
            _trace($"{Committing} {unit}");
            try
            {
                await reader.CommitAsync(frames[^1].Position.Frame + 1, outputs, ending);
                _trace($"{Committed} {unit}");
                Interlocked.Increment(ref _units);
                return;
            }
            catch (LogFullException)
            {
                // Nothing of it was kept.
                _trace($"{Lost} {unit}");
                ending.ThrowIfCancellationRequested();
            }
            catch (Exception exception) when (exception is LogFailedException or OperationCanceledException)
            {
                _trace($"{Lost} {unit}");
                throw;
            }
        }
    }
}
