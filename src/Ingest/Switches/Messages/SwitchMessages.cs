using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Switches;

/// <summary>Puts what a switch sends in small pieces on the log, many of them in one append, and waits for a log that takes nothing for now.</summary>
internal sealed class SwitchMessages
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly ILog _log;
    private readonly IngestLimits _limits;
    private readonly TimeProvider _clock;
    private readonly IngestCounters _counters;
    private readonly ISwitchBodies _bodies;
    private readonly CallIntake _intake;
    private readonly string _source;
    private readonly FrameSource _frameSource;
    private string _trouble = "";

    /// <param name="way">What the pieces come by, and what is known of it: a topic, an address.</param>
    public SwitchMessages(ILog log, SwitchConfig config, string way, IngestLimits limits, TimeProvider clock, IngestCounters counters)
    {
        _log = log;
        _limits = limits.Checked();
        _clock = clock;
        _counters = counters;
        _bodies = SwitchKind.Of(config.Type)?.Bodies?.Invoke(config)
            ?? throw new NotSupportedException($"Switch {config.Name}: a switch of type {config.Type} sends no messages that are taken; leave listen and topic empty in switches.csv.");
        _intake = new CallIntake(log.PartitionCount, _limits, clock, config.FindZone());
        _source = SwitchSource.Of(config);
        _frameSource = new FrameSource(FrameSourceKind.Request, way, 0);
    }

    /// <summary>Why nothing is taken just now; empty where it is.</summary>
    public string Trouble => Volatile.Read(ref _trouble);

    /// <summary>Complete when all of them are on the log, or in its quarantine.</summary>
    /// <param name="messages">They stay as they are until then.</param>
    /// <param name="cancellationToken">Ends the wait for a log that takes nothing; each append is tried once in any case.</param>
    public async Task TakeAsync(IReadOnlyList<ReadOnlyMemory<byte>> messages, CancellationToken cancellationToken)
    {
        _intake.Begin(_source, _frameSource);
        foreach (ReadOnlyMemory<byte> message in messages)
        {
            Read(message.Span);
            if (_intake.IsFull || _intake.Records >= _limits.FileBatchLines)
            {
                await AppendAsync(cancellationToken);
                _intake.Begin(_source, _frameSource);
            }
        }

        await AppendAsync(cancellationToken);
    }

    private void Read(ReadOnlySpan<byte> message)
    {
        if (message.Length > _limits.MaxQuarantinedBytes)
        {
            _intake.Unreadable(0, message, $"the message is {message.Length} bytes long; the limit is {_limits.MaxQuarantinedBytes}");
        }
        else
        {
            _bodies.ReadBody(message, _intake);
        }
    }

    /// <summary>A failed append may or may not be there: appended again, its records are repeats.</summary>
    private async Task AppendAsync(CancellationToken cancellationToken)
    {
        List<LogOutput> frames = _intake.ToFrames();
        for (TimeSpan wait = FirstWait; frames.Count > 0; wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LongestWait.Ticks)))
        {
            try
            {
                await _log.AppendAsync(frames, CancellationToken.None);
                break;
            }
            catch (IOException e) when (e is LogFullException or LogFailedException)
            {
                Volatile.Write(ref _trouble, $"Messages of {_source} wait for the log: {e.Message}");
                await Task.Delay(wait, _clock, cancellationToken);
            }
        }

        Volatile.Write(ref _trouble, "");
        _counters.Taken(_intake);
    }
}
