using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Rating.Explain;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

/// <summary>Explains a call that was rated: every attempt, by the configuration revision that it was rated with.</summary>
internal static class CallExplainer
{
    /// <exception cref="CommandException">There is no such call, or switches share its id.</exception>
    public static async Task<IReadOnlyList<CallExplanation>> ExplainAsync(string dataFolder, string callId, string? switchId, CancellationToken cancellationToken)
    {
        IReadOnlyList<LandedCall> attempts = await FindAsync(dataFolder, callId, switchId, cancellationToken).ConfigureAwait(false);
        RevisionStore revisions = new(DataFolder.Look(dataFolder).Config, TimeProvider.System);
        Dictionary<ConfigRevision, RatingSnapshot> snapshots = [];
        List<CallExplanation> explanations = [];
        Rater rater = new();
        foreach (LandedCall attempt in attempts)
        {
            if (!snapshots.TryGetValue(attempt.Revision, out RatingSnapshot? snapshot))
            {
                SnapshotCompilation compilation = RatingSnapshot.Compile(revisions.Load(attempt.Revision), null);
                snapshot = compilation.Snapshot
                    ?? throw new CommandException($"Revision {attempt.Revision.Value} cannot be compiled any more: {string.Join(" ", compilation.Errors)}");
                snapshots.Add(attempt.Revision, snapshot);
            }

            CallEventBatch batch = new();
            attempt.AddTo(batch);
            CallExplanation explanation = rater.Explain(snapshot, batch, 0);
            if (attempt.DiffersFrom(explanation) is { } difference)
            {
                throw new CommandException(difference);
            }

            explanations.Add(explanation);
        }

        return explanations;
    }

    private static async Task<IReadOnlyList<LandedCall>> FindAsync(string dataFolder, string callId, string? switchId, CancellationToken cancellationToken)
    {
        using WarehouseReader reader = await WarehouseReader.OpenAsync(dataFolder, cancellationToken).ConfigureAwait(false);
        QueryParameter[] parameters = [new("call", callId), new("switch", switchId ?? "")];
        IReadOnlyList<LandedCall> attempts =
            [.. (await reader.QueryAsync(SqlFile.Read("landed-call.sql"), parameters, cancellationToken).ConfigureAwait(false)).Select(row => new LandedCall(row))];
        if (attempts.Count == 0)
        {
            throw new CommandException($"No call {callId}{(switchId is null ? "" : $" of switch {switchId}")} has landed. It may be on its way ('perimeter status'), or in the quarantine ('perimeter quarantine list --call {callId}').");
        }

        string[] switches = [.. attempts.Select(attempt => attempt.SwitchId).Distinct()];
        return switches.Length == 1 ? attempts : throw new CommandException(
            $"{switches.Length} switches have a call {callId}: say which with --switch ({string.Join(", ", switches)}).");
    }
}
