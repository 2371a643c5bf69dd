using System.Globalization;
using System.Text.Json;
using Perimeter.Aggregator.Rerating;
using Perimeter.Config;
using Perimeter.Domain;
using Perimeter.Rating;
using Perimeter.Rating.Explain;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Commands;

/// <summary>Explains a call that was rated: every attempt, by the configuration revision that it was rated with, and what re-rating adjusted since.</summary>
internal sealed class CallExplainer
{
    private const string OfCall =
        "WHERE key_hash = xxHash64({call:String}) AND call_id = {call:String} AND ({switch:String} = '' OR switch_id = {switch:String}) ORDER BY switch_id, attempt";

    /// <summary>A switch puts what tells the INVITEs of a Call-ID apart behind it (docs/switches/kamailio.md).</summary>
    private const string OfCallId = "SELECT DISTINCT call_id FROM rated_calls WHERE startsWith(call_id, concat({call:String}, '/')) ORDER BY call_id LIMIT 10";

    private readonly RevisionStore _revisions;
    private readonly Dictionary<ConfigRevision, RatingSnapshot> _snapshots = [];
    private readonly Rater _rater = new();
    private readonly CallEventBatch _events = new();

    private CallExplainer(RevisionStore revisions) => _revisions = revisions;

    /// <exception cref="CommandException">There is no such call, or switches share its id.</exception>
    public static async Task<IReadOnlyList<ExplainedCall>> ExplainAsync(string dataFolder, string callId, string? switchId, CancellationToken cancellationToken)
    {
        QueryParameter[] parameters = [new("call", callId), new("switch", switchId ?? "")];
        byte[] landed;
        IReadOnlyList<JsonElement> adjustments;
        IReadOnlyList<JsonElement> ofCallId = [];
        using (WarehouseReader reader = await WarehouseReader.OpenAsync(dataFolder, cancellationToken).ConfigureAwait(false))
        {
            landed = await reader.QueryNativeAsync($"{LandedCalls.Select} {OfCall}", parameters, cancellationToken).ConfigureAwait(false);
            adjustments = await reader.QueryAsync(SqlFile.Read("call-adjustments.sql"), parameters, cancellationToken).ConfigureAwait(false);
            if (landed.Length == 0)
            {
                ofCallId = await reader.QueryAsync(OfCallId, parameters, cancellationToken).ConfigureAwait(false);
            }
        }

        IReadOnlyList<CallExplanation> attempts = new CallExplainer(new RevisionStore(DataFolder.Look(dataFolder).Config, TimeProvider.System)).Explain(landed);
        if (ofCallId.Count > 0)
        {
            throw new CommandException($"No call {callId} has landed, but calls of that Call-ID have: say which (--call {string.Join(", --call ", ofCallId.Select(call => call.GetProperty("call_id").GetString()))}).");
        }

        if (attempts.Count == 0)
        {
            throw new CommandException($"No call {callId}{(switchId is null ? "" : $" of switch {switchId}")} has landed. It may be on its way ('perimeter status'), or in the quarantine ('perimeter quarantine list --call {callId}').");
        }

        string[] switches = [.. attempts.Select(attempt => attempt.SwitchId).Distinct()];
        return switches.Length == 1
            ? [.. attempts.Select(attempt => new ExplainedCall(attempt, [.. adjustments.Where(adjustment => IsOf(attempt, adjustment))]))]
            : throw new CommandException($"{switches.Length} switches have a call {callId}: say which with --switch ({string.Join(", ", switches)}).");
    }

    private static bool IsOf(CallExplanation attempt, JsonElement adjustment) =>
        adjustment.GetProperty("attempt").ToString() == attempt.Attempt.ToString(CultureInfo.InvariantCulture);

    private List<CallExplanation> Explain(byte[] landed)
    {
        List<CallExplanation> explanations = [];
        NativeBlocks blocks = new();
        for (int at = 0; blocks.TryRead(landed, ref at, out NativeBlock block);)
        {
            LandedCalls calls = new(block);
            calls.ReadInto(_events);
            for (int row = 0; row < calls.Count; row++)
            {
                CallExplanation explanation = _rater.Explain(SnapshotOf(calls.Revision(row)), _events, row);
                RequireSame(calls.A[row], explanation.A.Result, "A", explanation);
                RequireSame(calls.B[row], explanation.B.Result, "B", explanation);
                explanations.Add(explanation);
            }
        }

        return explanations;
    }

    private RatingSnapshot SnapshotOf(ConfigRevision revision)
    {
        if (!_snapshots.TryGetValue(revision, out RatingSnapshot? snapshot))
        {
            snapshot = _revisions.LoadSnapshot(revision);
            _snapshots.Add(revision, snapshot);
        }

        return snapshot;
    }

    /// <exception cref="CommandException">The explanation and the charge that landed differ, which only a bug or a damaged store can bring.</exception>
    private static void RequireSame(in RatedSide landed, in RatedSide explained, string side, CallExplanation explanation)
    {
        if (SideDifference.Find(landed, explained) is var difference && difference != AdjustmentReason.None)
        {
            throw new CommandException(
                $"attempt {explanation.Attempt}: what landed on {side} is {landed.Outcome} {landed.Charge}, but revision {explanation.Revision.Value} gives {explained.Outcome} {explained.Charge} "
                + $"(they differ in {difference}). Please report this.");
        }
    }
}
