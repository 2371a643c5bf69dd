using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Streaming;

namespace Perimeter.Commands;

// The configuration of an instance: its own revisions, published here or taken over from the role that publishes them.
internal sealed partial class Instance
{
    private static readonly TimeSpan PublishPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PublishRetry = TimeSpan.FromSeconds(2);

    /// <summary>Of the role that publishes, whatever its data folder: a second one takes the name from the first, which then says so and publishes nothing more.</summary>
    private const string Publisher = "config";

    /// <summary>Given when there may be revisions that Kafka does not have yet.</summary>
    private readonly SemaphoreSlim _revisionsChanged = new(0);

    /// <summary>Where the switches alone are used.</summary>
    private volatile int _switchesRevision;

    private volatile TaskCompletionSource _publishedAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CompactedTopic? _snapshotsTopic;

    /// <summary>Whether it rates or lands by the configuration. Where others do, the switch edge needs only the switches of it.</summary>
    private bool HasConfig => _roles.HasLog() && !(_roles == InstanceRoles.Ingest && _options.Kafka is not null);

    private bool PublishesRevisions => HasConfig && (_options.Kafka is null || Has(InstanceRoles.Config));

    /// <summary>Publishes a carrier folder and takes it into use between two batches. What is refused changes nothing.</summary>
    /// <exception cref="CommandException">Another process publishes.</exception>
    public async Task<ApplyAnswer> ApplyAsync(string carrierFolder, CancellationToken cancellationToken)
    {
        if (!PublishesRevisions)
        {
            throw new CommandException("This process takes its configuration from the one that runs 'perimeter config': apply the folder there, by its --data.");
        }

        ApplyAnswer answer = Apply(carrierFolder);
        if (Has(InstanceRoles.Config) && answer.Errors.Count == 0 && !await IsOnKafkaAsync(cancellationToken).ConfigureAwait(false))
        {
            answer = answer with { Notes = [.. answer.Notes, $"Kafka does not take it yet ({_logTrouble ?? "it does not answer"}): the revision is kept here, and published as soon as Kafka does."] };
        }

        return answer;
    }

    private ApplyAnswer Apply(string carrierFolder)
    {
        lock (_applying)
        {
            PublishResult result = _revisions!.Publish(carrierFolder, _snapshots.Value);
            if (result.Snapshot is not null && result.Revision.Value != Revision)
            {
                Use(result.Snapshot);
            }

            return new ApplyAnswer(
                result.Revision.Value, result.Changed, [.. result.Errors.Select(error => error.ToString())], [.. result.Notes.Select(note => note.ToString())]);
        }
    }

    private async Task<bool> IsOnKafkaAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource published = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _publishedAll = published;
        _revisionsChanged.Release();
        try
        {
            await published.Task.WaitAsync(PublishPatience, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task OpenRevisionsAsync(CancellationToken cancellationToken)
    {
        if (!_roles.HasLog())
        {
            return;
        }

        _revisions = new RevisionStore(Folder.Config, _time);
        if (_revisions.Current is { } current)
        {
            Use(current);
        }

        if (_options.Kafka is not { } kafka)
        {
            return;
        }

        KafkaLogOptions options = kafka.ToLog(Folder.InstanceName(), _time);
        _snapshotsTopic = await OpenKafkaAsync(() => CompactedTopic.OpenAsync(
            Has(InstanceRoles.Config) ? options with { Instance = Publisher } : options, KafkaTopic.ConfigSnapshots, cancellationToken), cancellationToken).ConfigureAwait(false);
        RevisionTopic topic = new(_snapshotsTopic, _revisions);
        TaskCompletionSource followed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        RunOnLog("following of the configuration", stop => topic.FollowAsync(
            () =>
            {
                UseNewest();
                followed.TrySetResult();
            },
            stop));
        if (Has(InstanceRoles.Config))
        {
            Run("publishing of the configuration", stop => PublishRevisionsAsync(topic, followed.Task, stop));
        }
    }

    /// <summary>Publishes what Kafka does not have yet, at the start and whenever there is more; a cluster that is away is waited for.</summary>
    private async Task PublishRevisionsAsync(RevisionTopic topic, Task followed, CancellationToken cancellationToken)
    {
        await followed.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_options.Carrier.Length > 0)
        {
            ApplyAnswer answer = Apply(Path.GetFullPath(_options.Carrier));
            foreach (string line in answer.Notes.Concat(answer.Errors))
            {
                await Console.Error.WriteLineAsync(line).ConfigureAwait(false);
            }

            await Console.Error.WriteLineAsync(answer.Errors.Count > 0
                ? $"{_options.Carrier} was not published, and what was in force stays in force."
                : $"revision    {answer.Revision}, {(answer.Changed ? "published from" : "holds already what is in")} {_options.Carrier}").ConfigureAwait(false);
        }

        while (true)
        {
            TaskCompletionSource waiting = _publishedAll;
            try
            {
                await topic.PublishAsync(cancellationToken).ConfigureAwait(false);
                waiting.TrySetResult();
            }
            catch (LogUnavailableException failure)
            {
                _logTrouble = failure.Message;
                await Task.Delay(PublishRetry, _time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await _revisionsChanged.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void UseNewest()
    {
        lock (_applying)
        {
            if (_revisions!.Current is { } newest && newest.Value != Revision)
            {
                Use(newest);
            }
        }
    }

    private void Use(ConfigRevision revision)
    {
        if (HasConfig)
        {
            Use(_revisions!.LoadSnapshot(revision, _snapshots.Value));
        }
        else
        {
            UseSwitches(_revisions!.LoadSwitches(revision));
            _switchesRevision = revision.Value;
        }
    }

    private void Use(RatingSnapshot snapshot)
    {
        if (!_snapshots.TrySwap(snapshot))
        {
            throw new CommandException($"Revision {snapshot.Revision.Value} cannot be used: revision {Revision} is newer, and in use.");
        }

        PublishNames(snapshot.Config);
        UseSwitches(snapshot.Config.Switches);
    }
}
