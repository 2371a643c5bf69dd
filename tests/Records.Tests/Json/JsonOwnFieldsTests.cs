using System.Text;
using Perimeter.Domain;
using Perimeter.Records.Json;

namespace Perimeter.Records.Tests.Json;

/// <summary>The quick way through a record in our own fields takes what the other one takes, field by field and fault by fault, or leaves the record to it.</summary>
public sealed class JsonOwnFieldsTests
{
    private const int Documents = 40_000;
    private const long NowMs = 1749985200000;

    private static readonly string[] Values =
    [
        "1749985200000", "\"1749985200000\"", "\"2025-06-15T10:00:00Z\"", "\"x\"", "\"\"", "null", "true", "false", "1", "-1", "1.5", "1e3", "503", "\"503\"", "\"ended\"", "\"a\\\"b\"", "\"\\u00e9\"",
        "\"é\"", "\"192.0.2.1\"", "{}", "[1,{\"a\":2}]", "{\"call_id\":\"no\"}", "01", "tru", "\"x", "\"\\q\"", "\"\u0001\"", "+1", "",
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Records_are_those_of_the_other_way(bool isDamaged)
    {
        int seed = Environment.TickCount;
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        Random random = new(seed);
        JsonOwnFields quick = new();
        CallRecord quickly = NewRecord();
        CallRecord slowly = NewRecord();
        JsonRecord other = new();
        int taken = 0;
        int faulty = 0;
        for (int n = 0; n < Documents; n++)
        {
            byte[] json = Document(random);
            if (isDamaged)
            {
                json[random.Next(json.Length)] = random.Next(2) == 0 ? (byte)random.Next(256) : (byte)"{}[]\",:\\ 0"[random.Next(10)];
                json = json[..random.Next(json.Length / 2, json.Length + 1)];
            }

            quickly.Begin(NowMs);
            if (!quick.TryRead(json, quickly, out int unknown))
            {
                continue;
            }

            faulty += quickly.IsFaulty ? 1 : 0;
            slowly.Begin(NowMs);
            string? fault = other.ReadOne(json, slowly, "event", out int otherUnknown);
            Assert.True(fault is null, $"seed {seed}: {fault}: {Encoding.UTF8.GetString(json)}");
            Assert.Equal((otherUnknown, Shown(slowly)), (unknown, Shown(quickly)));
            taken++;
        }

        Assert.InRange(taken, isDamaged ? 50 : Documents / 20, Documents);
        Assert.InRange(faulty, 10, taken - 10);
    }

    private static CallRecord NewRecord() => new(TimeSpan.FromHours(1), new InstantText(TimeZoneInfo.Utc));

    private static string Shown(CallRecord record)
    {
        string has = string.Join(' ', CallFields.All.Where(record.Has).Select(field => field.Name));
        string texts = string.Join(' ', Enum.GetValues<CallEventText>().Select(text => record.Texts.GetString(CallEventTexts.Of(ref record.Event, text))));
        CallEvent e = record.Event;
        bool isGood = record.Check();
        return $"{isGood} {record.Fault} | {has} | {texts} | {e.Attempt} {e.SourcePort} {e.SetupMs} {e.ProgressMs} {e.AnswerMs} {e.EndMs} {e.AnswerBMs} {e.EndBMs} {e.SipCode} {e.PddMs} "
            + $"{e.MosThousandths} {e.RouteRevision} {e.Final} {e.Burst} {e.Kind}";
    }

    private static byte[] Document(Random random)
    {
        bool isUsual = random.Next(3) > 0;
        string Blank() => !isUsual && random.Next(6) == 0 ? " \t\r\n"[random.Next(4)].ToString() : "";
        string Name() => random.Next(12) switch
        {
            0 => "no_field",
            1 => "",
            2 => "call\\u005fid",
            3 => new string('n', random.Next(1, 150)),
            _ => CallFields.All[random.Next(CallFields.Count)].Name,
        };
        string[] members = [.. Enumerable.Range(0, random.Next(7)).Select(_ => $"{Blank()}\"{Name()}\"{Blank()}:{Blank()}{Values[random.Next(isUsual ? 15 : Values.Length)]}{Blank()}")];
        return Encoding.UTF8.GetBytes($"{Blank()}{{{string.Join(',', members)}}}{Blank()}");
    }
}
