using System.Globalization;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>What an intake made of records, as text that a person can check: every field of every event, what was put aside and why, what was passed over.</summary>
internal static class EventText
{
    public static string Of(CallIntake intake)
    {
        var text = new StringBuilder();
        CallEventBatch batch = intake.EventsOf(0);
        for (int row = 0; row < batch.Count; row++)
        {
            Append(text, batch, row);
        }

        foreach (RecordError error in intake.Errors)
        {
            text.Append(CultureInfo.InvariantCulture, $"  put aside {error.Place}: {error.Field}: {error.Reason}\n");
        }

        foreach ((string reason, long count) in intake.PassedOver)
        {
            text.Append(CultureInfo.InvariantCulture, $"  passed over {count}: {reason}\n");
        }

        return text.ToString();
    }

    /// <summary>Holds what was read against the file; where it differs, what it should hold is in the message.</summary>
    public static void AssertGolden(string file, string actual)
    {
        string path = Fixture.PathOf(file);
        string expected = File.Exists(path) ? File.ReadAllText(path) : "";
        Assert.True(expected == actual, $"{file} differs; it would be:\n{actual}");
    }

    private static void Append(StringBuilder text, CallEventBatch batch, int row)
    {
        ref CallEvent e = ref batch[row];
        text.Append(CultureInfo.InvariantCulture, $"  {e.Kind} attempt={e.Attempt} final={e.Final} burst={e.Burst}\n");
        foreach (CallEventText field in CallEventTexts.All)
        {
            string value = batch.Texts.GetString(CallEventTexts.Of(ref e, field));
            if (value.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"    {field}={value}\n");
            }
        }

        bool ended = e.Kind == CallEventKind.Ended;
        AppendTime(text, "Setup", e.SetupMs);
        AppendTime(text, "Progress", e.ProgressMs);
        AppendTime(text, "Answer", e.AnswerMs);
        AppendTime(text, "End", e.EndMs);
        AppendTime(text, "AnswerB", e.AnswerBMs);
        AppendTime(text, "EndB", e.EndBMs);
        text.Append(CultureInfo.InvariantCulture, $"    RawMsA={(ended ? e.RawMsA : 0)} RawMsB={(ended ? e.RawMsB : 0)} SipCode={e.SipCode} SourcePort={e.SourcePort} PddMs={e.PddMs} Mos={e.MosThousandths} RouteRevision={e.RouteRevision}\n");
    }

    private static void AppendTime(StringBuilder text, string name, long ms)
    {
        if (ms != CallEvent.NoInstant)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {name}={DateTimeOffset.FromUnixTimeMilliseconds(ms):yyyy-MM-ddTHH:mm:ss.fffZ}\n");
        }
    }
}
