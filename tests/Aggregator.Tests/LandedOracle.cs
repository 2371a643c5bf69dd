using System.Globalization;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Aggregator.Tests;

/// <summary>What the tables must hold once frames have landed, computed naively, one call at a time.</summary>
internal sealed class LandedOracle
{
    /// <summary>What rated_calls is asked for; <see cref="Add"/> writes the same.</summary>
    public const string RowsSql =
        """
        SELECT log_incarnation, log_partition, log_offset, call_id, attempt, final, burst, sent, answer_taken, suspect, sip_code, pdd_ms, mos_thousandths, revision,
            toUnixTimestamp64Milli(received_at), toUnixTimestamp64Milli(end_time), toUnixTimestamp64Milli(setup_time), toUnixTimestamp64Milli(progress_time),
            toUnixTimestamp64Milli(answer_time), toUnixTimestamp64Milli(answer_time_b), toUnixTimestamp64Milli(end_time_b), source_port, route_revision,
            answered_ms_a, answered_ms_b, key_hash = xxHash64(call_id),
            switch_id, trunk_group_a_received, trunk_group_b_received, source_ip, protocol, tech_prefix, vendor_trunk, ani, dnis, ani_sent, dnis_sent, lrn, oli,
            refusal, released_by, codec, media_ip, forwarded_from,
            trunk_group_a, relationship_a, toInt8(direction_a), toInt8(relation_a), toInt8(class_a), toInt8(outcome_a), toInt8(jurisdiction_a), deck_a, deck_version_a,
            code_a, destination_a, seconds_a, billed_seconds_a, rate_a, charge_a, currency_a, exchange_rate_a, system_charge_a,
            trunk_group_b, relationship_b, toInt8(direction_b), toInt8(relation_b), toInt8(class_b), toInt8(outcome_b), toInt8(jurisdiction_b), deck_b, deck_version_b,
            code_b, destination_b, seconds_b, billed_seconds_b, rate_b, charge_b, currency_b, exchange_rate_b, system_charge_b
        FROM rated_calls ORDER BY log_incarnation, log_partition, log_offset FORMAT TSVRaw
        """;

    public const string MinutesSql =
        """
        SELECT toUnixTimestamp(minute), trunk_group, toInt8(side), toInt8(relation), relationship, attempts, completions, answered_ms, billed_seconds, revenue, cost,
            unrated, short_calls, no_profitable_route, network_effective, mos_thousandths, mos_calls, pdd_ms, pdd_calls,
            pdd_to_500, pdd_to_1000, pdd_to_2000, pdd_to_3000, pdd_to_5000, pdd_to_10000
        FROM trunk_group_minutes ORDER BY 1, 2, 3, 4, 5 FORMAT TSVRaw
        """;

    public const string PassedSql = "SELECT sum(repeats), sum(conflicts), sum(started), sum(answered) FROM passed_events FORMAT TSVRaw";

    private readonly List<((ulong, int, long) Place, string Line)> _rows = [];
    private readonly SortedDictionary<(long Seconds, int Group, int Side, int Relation, int Relationship), long[]> _minutes = [];
    private readonly Dictionary<(long, int, int, int, int), Int128> _charges = [];

    private PassedEvents _passed;

    public string Rows => string.Concat(_rows.OrderBy(row => row.Place).Select(row => row.Line));

    public string Passed => $"{_passed.Repeats}\t{_passed.Conflicts}\t{_passed.Started}\t{_passed.Answered}\n";

    public string Minutes => string.Concat(_minutes.Select(minute =>
    {
        (long Seconds, int Group, int Side, int Relation, int Relationship) key = minute.Key;
        string charge = Decimal(_charges[key]);
        string money = key.Relation switch { 1 => $"{charge}\t0", 2 => $"0\t{charge}", _ => "0\t0" };
        return $"{key.Seconds}\t{key.Group}\t{key.Side}\t{key.Relation}\t{key.Relationship}\t{string.Join('\t', minute.Value[..4])}\t{money}\t{string.Join('\t', minute.Value[4..])}\n";
    }));

    public void Add(RatedCallBatch batch, ulong incarnation, int partition, long frame)
    {
        _passed += batch.Passed;
        for (int row = 0; row < batch.Count; row++)
        {
            CallEvent e = batch.Events[row];
            bool sent = batch.B[row].TrunkGroup.Value != 0 || !e.TrunkGroupB.IsEmpty || !e.VendorTrunk.IsEmpty;
            long offset = (frame << 20) + row;
            _rows.Add(((incarnation, partition, offset), Describe(batch, row, sent, $"{incarnation}\t{partition}\t{offset}")));
            if (batch.A[row].Outcome != RatingOutcome.Advanced)
            {
                AddToMinute(batch, row, 1, batch.A[row], e.IsAnswered, e.RawMsA);
            }

            if (sent)
            {
                AddToMinute(batch, row, 2, batch.B[row], e.IsAnswered || e.AnswerBMs != CallEvent.NoInstant, e.RawMsB);
            }
        }
    }

    private void AddToMinute(RatedCallBatch batch, int row, int sideNumber, RatedSide side, bool answered, long ms)
    {
        CallEvent e = batch.Events[row];
        var key = (e.EndMs / 60_000 * 60, side.TrunkGroup.Value, sideNumber, (int)side.Relation, side.Relationship.Value);
        bool refused = batch.Events.Texts.GetString(e.Refusal) == "no_profitable_route";
        bool effective = answered || ((int[])[486, 600, 480, 487, 603]).Contains(e.SipCode);
        bool mos = answered && e.MosThousandths >= 0;
        bool pdd = e.PddMs >= 0;
        int[] bounds = [-1, 500, 1000, 2000, 3000, 5000, 10000];
        long[] added =
        [
            1, One(answered), answered ? ms : 0, side.BilledSeconds, One(answered && side.Outcome != RatingOutcome.Rated), One(answered && ms < 6000),
            One(refused), One(effective), mos ? e.MosThousandths : 0, One(mos), pdd ? e.PddMs : 0, One(pdd),
            .. Enumerable.Range(1, 6).Select(i => One(e.PddMs > bounds[i - 1] && e.PddMs <= bounds[i])),
        ];
        long[] sums = _minutes.TryGetValue(key, out long[]? known) ? known : new long[added.Length];
        _minutes[key] = [.. sums.Zip(added, (left, right) => left + right)];
        _charges[key] = _charges.GetValueOrDefault(key) + side.SystemCharge.Nanos;
    }

    private static string Describe(RatedCallBatch batch, int row, bool sent, string place)
    {
        CallEvent e = batch.Events[row];
        TextArena texts = batch.Events.Texts;
        List<string> fields =
        [
            place, texts.GetString(e.CallId), Number(e.Attempt), Bool(e.Final), Bool(e.Burst), Bool(sent), Bool((e.Marks & CallMarks.AnswerTaken) != 0), Bool((e.Marks & CallMarks.Suspect) != 0), Number(e.SipCode), Number(e.PddMs), Number(e.MosThousandths),
            Number(batch.Revision.Value), Number(batch.ReceivedMs[row]), Number(e.EndMs), Number(e.SetupMs), OrNull(e.ProgressMs, CallEvent.NoInstant),
            OrNull(e.AnswerMs, CallEvent.NoInstant), OrNull(e.AnswerBMs, CallEvent.NoInstant), OrNull(e.EndBMs, CallEvent.NoInstant), OrNull(e.SourcePort, -1),
            OrNull(e.RouteRevision, -1), Number(e.RawMsA), Number(e.RawMsB), "1",
        ];
        TextSpan[] spans =
        [
            e.SwitchId, e.TrunkGroupA, e.TrunkGroupB, e.SourceIp, e.Protocol, e.TechPrefix, e.VendorTrunk, e.Ani, e.Dnis, e.AniSent, e.DnisSent, e.Lrn, e.Oli,
            e.Refusal, e.ReleasedBy, e.Codec, e.MediaIp, e.ForwardedFrom,
        ];
        fields.AddRange(spans.Select(texts.GetString));
        foreach (RatedSide side in (RatedSide[])[batch.A[row], batch.B[row]])
        {
            fields.AddRange(
            [
                Number(side.TrunkGroup.Value), Number(side.Relationship.Value), Number((int)side.Direction), Number((int)side.Relation), Number((int)side.Class),
                Number((int)side.Outcome), Number((int)side.Jurisdiction), Number(side.Deck.Value), Number(side.DeckVersion), side.Code.ToString(),
                Number(side.Destination.Value), Number(side.Seconds), Number(side.BilledSeconds), side.Rate.ToString(), side.Charge.ToString(), side.Currency.ToString(),
                side.ExchangeRate.ToString(), side.SystemCharge.ToString(),
            ]);
        }

        return string.Join('\t', fields) + "\n";
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Bool(bool value) => value ? "true" : "false";

    private static string OrNull(long value, long absent) => value == absent ? "\\N" : Number(value);

    private static long One(bool value) => value ? 1 : 0;

    private static string Decimal(Int128 nanos)
    {
        var text = new StringBuilder(Int128.Abs(nanos).ToString(CultureInfo.InvariantCulture).PadLeft(10, '0'));
        text.Insert(text.Length - 9, '.');
        return (nanos < 0 ? "-" : "") + text.ToString().TrimEnd('0').TrimEnd('.');
    }
}
