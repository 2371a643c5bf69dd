using Perimeter.Domain;
using Perimeter.Ingest.Switches;
using Perimeter.Streaming;

namespace Perimeter.Ingest;

/// <summary>
/// Takes what a switch writes to a topic of Kafka in words of its own. The group's offset moves once the log has the messages: each is taken at least once, and one that is
/// taken again is a repeat, charged once.
/// </summary>
public sealed class TopicIntake
{
    private readonly SwitchMessages _messages;
    private readonly ForeignTopic _topic;

    /// <param name="kafka">How the cluster is reached; the log over it may be another.</param>
    public TopicIntake(ILog log, KafkaLogOptions kafka, SwitchConfig config, IngestLimits limits, TimeProvider clock, IngestCounters counters)
    {
        _messages = new SwitchMessages(log, config, $"kafka:{config.Topic}", limits, clock, counters);
        _topic = new ForeignTopic(kafka, config.Topic, $"switch.{config.Name}");
    }

    /// <summary>Why nothing is taken just now, as far as is known; empty where nothing is wrong.</summary>
    public string Trouble => _messages.Trouble is { Length: > 0 } trouble ? trouble : _topic.Trouble;

    /// <summary>Takes messages until it is cancelled.</summary>
    /// <exception cref="LogFailedException">The topic cannot be read, and trying again will not help.</exception>
    public Task RunAsync(CancellationToken cancellationToken) => _topic.RunAsync(_messages.TakeAsync, cancellationToken);
}
