using System.Globalization;
using System.Text;

namespace Perimeter.Streaming.Tests;

/// <summary>Appends numbered frames to topic a until it is stopped, over all partitions, now one at a time and now several together; and holds what became of them against topic b.</summary>
internal sealed class KafkaFeed : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>A reader waits for a transaction that a member left behind: for its timeout, and until the broker looks for such, which is 40 s.</summary>
    private static readonly TimeSpan ReadingBound = TimeSpan.FromMinutes(2);

    private readonly KafkaLog _log;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationToken _test;
    private readonly HashSet<int> _unsure = [];

    // Where the log said that each is.
    private readonly Dictionary<int, LogPosition> _places = [];
    private readonly Task _running;
    private int _acknowledged;

    public KafkaFeed(KafkaLog log, int seed, CancellationToken cancellationToken)
    {
        _log = log;
        _random = new Random(seed);
        _test = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _running = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>All numbers from 0 to before it are on the log.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>Waits until so many more frames are on the log, and as many units of the members committed.</summary>
    public async Task ProgressAsync(int frames, params KafkaMember[] members)
    {
        int[] least = [Acknowledged + frames, .. members.Select(member => member.Units + 2)];
        await Until.HoldsAsync(
            () => Acknowledged >= least[0] && members.Select((member, i) => member.Units >= least[i + 1]).All(holds => holds),
            () => $"{Acknowledged} of {least[0]} frames are acknowledged, and of {string.Join(", ", members.Select((member, i) => $"{member.Name} {member.Units} of {least[i + 1]} units"))}",
            Bound,
            _test);
    }

    /// <summary>
    /// Ends feeding, waits until the members have worked on all, and holds the outputs, as a read-committed reader sees them, against the frames: each frame once, in order, and each
    /// number that was acknowledged in a frame.
    /// </summary>
    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _running;
        List<string> inputs = [];
        await KafkaReading.EachAsync(_log, "a", frame => inputs.Add(InputOf(frame)), ReadingBound, _test);
        List<string> outputs = [];
        long began = TimeProvider.System.GetTimestamp();
        do
        {
            int before = outputs.Count;
            outputs = await KafkaReading.AllAsync(_log, "b", ReadingBound, _test);
            if (outputs.Count > before)
            {
                // The members are still at it.
                began = TimeProvider.System.GetTimestamp();
            }
        }
        while (outputs.Count < inputs.Count && TimeProvider.System.GetElapsedTime(began) < Bound);

        Assert.Equal(inputs, outputs);
        Dictionary<int, int> times = inputs.Select(input => int.Parse(input[(input.IndexOf('=', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture)).CountBy(number => number).ToDictionary();
        for (int number = 0; number < Acknowledged; number++)
        {
            // Where an append was not answered it was sent again.
            int found = times.GetValueOrDefault(number);
            if (found != 1 && !(_unsure.Contains(number) && found == 2))
            {
                Assert.Fail($"{number} is there {found} times. It was acknowledged as {_places[number]}; there is, by partition and offset: {string.Join(" ", inputs)}");
            }
        }
    }

    private static string InputOf(LogFrame frame) => KafkaReading.TextOf(KafkaMember.Output(frame, 0).Payload.Span);

    private async Task RunAsync()
    {
        int next = 0;
        while (!_stop.IsCancellationRequested)
        {
            LogOutput[] frames = [.. Enumerable.Range(next, _random.Next(1, 4)).Select(number => new LogOutput("a", number % _log.PartitionCount, Encoding.UTF8.GetBytes($"{number}")))];
            while (true)
            {
                try
                {
                    // Not with the token: what is under way is waited for.
                    IReadOnlyList<LogPosition> places = await _log.AppendAsync(frames, CancellationToken.None);
                    for (int i = 0; i < frames.Length; i++)
                    {
                        _places[next + i] = places[i];
                    }

                    break;
                }
                catch (LogFullException)
                {
                    // Nothing of it was kept.
                }
                catch (LogFailedException)
                {
                    _unsure.UnionWith(Enumerable.Range(next, frames.Length));
                }

                if (_stop.IsCancellationRequested)
                {
                    return;
                }
            }

            next += frames.Length;
            Volatile.Write(ref _acknowledged, next);
        }
    }
}
