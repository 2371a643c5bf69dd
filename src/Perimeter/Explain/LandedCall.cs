using System.Globalization;
using System.Text.Json;
using Perimeter.Domain;
using Perimeter.Rating.Explain;

namespace Perimeter.Commands;

/// <summary>One attempt as it lies in ClickHouse: its inputs, made an event again, and what was charged for it.</summary>
internal sealed class LandedCall(JsonElement row)
{
    public string SwitchId => Text("switch_id");

    public ConfigRevision Revision => new((int)Number("revision")!.Value);

    /// <summary>Adds the event as it was received.</summary>
    public void AddTo(CallEventBatch batch)
    {
        ref CallEvent added = ref batch.Add();
        added.Kind = CallEventKind.Ended;
        added.Attempt = (ushort)Number("attempt")!.Value;
        added.Final = row.GetProperty("final").GetBoolean();
        added.Burst = row.GetProperty("burst").GetBoolean();
        added.SipCode = (int)Number("sip_code")!.Value;
        added.PddMs = (int)Number("pdd_ms")!.Value;
        added.MosThousandths = (int)Number("mos_thousandths")!.Value;
        added.SourcePort = (int)(Number("source_port") ?? CallEvent.NoNumber);
        added.RouteRevision = Number("route_revision") ?? CallEvent.NoNumber;
        added.SetupMs = Number("setup_ms")!.Value;
        added.ProgressMs = Number("progress_ms") ?? CallEvent.NoInstant;
        added.AnswerMs = Number("answer_ms") ?? CallEvent.NoInstant;
        added.EndMs = Number("end_ms")!.Value;
        added.AnswerBMs = Number("answer_b_ms") ?? CallEvent.NoInstant;
        added.EndBMs = Number("end_b_ms") ?? CallEvent.NoInstant;
        foreach (CallEventText field in CallEventTexts.All)
        {
            CallEventTexts.Of(ref added, field) = batch.Texts.Add(Text(Column(field)));
        }
    }

    /// <summary>What is wrong where the explanation and the charge that landed differ, which only a bug or a damaged store can bring; else null.</summary>
    public string? DiffersFrom(CallExplanation explained)
    {
        bool same = Text("outcome_a") == explained.A.Result.Outcome.ToString() && Text("outcome_b") == explained.B.Result.Outcome.ToString()
            && Amount("charge_a") == explained.A.Result.Charge && Amount("charge_b") == explained.B.Result.Charge;
        return same
            ? null
            : $"attempt {explained.Attempt}: what landed is {Text("outcome_a")} {Amount("charge_a")} on A and {Text("outcome_b")} {Amount("charge_b")} on B, "
                + $"but revision {explained.Revision.Value} gives {explained.A.Result.Outcome} {explained.A.Result.Charge} and {explained.B.Result.Outcome} {explained.B.Result.Charge}. Please report this.";
    }

    private static string Column(CallEventText field) => field switch
    {
        CallEventText.TrunkGroupA => "trunk_group_a_received",
        CallEventText.TrunkGroupB => "trunk_group_b_received",
        _ => string.Concat(field.ToString().Select((c, i) => char.IsAsciiLetterUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString())),
    };

    private string Text(string column) => row.GetProperty(column).GetString()!;

    private Money Amount(string column) => Money.Parse(Text(column));

    private long? Number(string column) => row.GetProperty(column) switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.String } text => long.Parse(text.GetString()!, CultureInfo.InvariantCulture),
        var number => number.GetInt64(),
    };
}
