using System.Globalization;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Load.Calls;

/// <summary>Decks and calls as lines of tab-separated text, which both databases read.</summary>
internal static class CallRows
{
    public static RateDeckConfig InternationalDeck(RatingConfig carrier, Relation relation) =>
        carrier.Decks.Single(deck => deck.Relation == relation && deck.Settings.Type == DeckType.InternationalDialed);

    /// <summary>A row ends at the latest where the next of its code begins.</summary>
    public static IEnumerable<string> Rates(RateDeckConfig deck)
    {
        foreach (IGrouping<string, RateRow> code in deck.Rows.GroupBy(static row => row.CodeText))
        {
            RateRow[] rows = [.. code.OrderBy(static row => row.InForce.FromMs)];
            for (int i = 0; i < rows.Length; i++)
            {
                long toMs = i + 1 < rows.Length ? Math.Min(rows[i].InForce.ToMs, rows[i + 1].InForce.FromMs) : rows[i].InForce.ToMs;
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{code.Key}\t{rows[i].InForce.FromMs}\t{toMs}\t{rows[i].Rate!.Value.NanosPerMinute}\t{rows[i].Increment.InitialSeconds}\t{rows[i].Increment.FurtherSeconds}");
            }
        }
    }

    /// <summary>Each call with the numbers of its groups, which the product reads by name.</summary>
    public static IEnumerable<string> Of(CallSet calls)
    {
        int id = 0;
        foreach (RatedCallBatch batch in calls.Batches)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                CallEvent call = batch.Events[i];
                string number = Encoding.ASCII.GetString(batch.Events.Texts[call.Dnis]);
                long answerMs = call.IsAnswered ? call.AnswerMs : 0;
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"{id++}\t{batch.A[i].TrunkGroup.Value}\t{batch.B[i].TrunkGroup.Value}\t{number}\t{call.SetupMs}\t{answerMs}\t{call.EndMs}");
            }
        }
    }

    /// <summary>For each code of either deck what holds when, on either side.</summary>
    public static IEnumerable<string> Timelines(RateDeckConfig customer, RateDeckConfig vendor)
    {
        SideTimelines a = new(customer);
        SideTimelines b = new(vendor);
        int id = 1;
        foreach (string code in a.Codes.Union(b.Codes))
        {
            yield return $"{id++}\t{code}\t{Arrays(a.Of(code))}\t{Arrays(b.Of(code))}";
        }
    }

    private static string Arrays(IEnumerable<(long FromMs, RateRow? Row)> timeline)
    {
        (long FromMs, RateRow? Row)[] segments = [.. timeline];
        string Array(Func<(long FromMs, RateRow? Row), long> of) => $"[{string.Join(',', segments.Select(of))}]";
        return string.Join('\t',
            Array(static one => one.FromMs), Array(static one => one.Row?.Rate!.Value.NanosPerMinute ?? -1),
            Array(static one => one.Row?.Increment.InitialSeconds ?? 1), Array(static one => one.Row?.Increment.FurtherSeconds ?? 1));
    }
}
