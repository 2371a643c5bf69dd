using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Perimeter.Csv;

namespace Perimeter.Ingest.Tests;

/// <summary>Whatever bytes come, reading ends with every record counted, and what was put aside is what came.</summary>
public sealed class DamagedBodyTests
{
    private static readonly byte[] Interesting = [.. "{}[]\",:\\\n\r \t;|0-eu/"u8, 0, 0x1F, 0x7F, 0x80, 0xC3, 0xED, 0xEF, 0xF5, 0xFF];

    private static readonly Gen<(int At, byte With, int Cut)[]> Damages =
        from damages in (
            from at in Gen.Choose(0, 2000)
            from with in Gen.OneOf(Gen.Elements(Interesting), Gen.Choose(0, 255).Select(b => (byte)b))
            from cut in Gen.Frequency((6, Gen.Constant(0)), (1, Gen.Choose(1, 40)))
            select (at, with, cut)).ArrayOf()
        select damages;

    private static readonly Gen<byte[]> Ndjson = Damages.Select(damages => Damage(string.Concat(Enumerable.Range(0, 12).Select(i => Record(i) + "\n")), damages));
    private static readonly Gen<byte[]> Json = Damages.Select(damages => Damage($"[{string.Join(",\n", Enumerable.Range(0, 12).Select(Record))}]", damages));
    private static readonly Gen<byte[]> Csv = Damages.Select(damages => Damage(
        "switch_id,call_id,setup_time,dnis\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"s1,\"c{i}\",1749985200000,49301\n")), damages));

    [Fact]
    public void Every_line_of_ndjson_is_taken_or_put_aside_as_it_came() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Ndjson.ToArbitrary(), body =>
    {
        CallIntake intake = Reading.Intake();
        NdjsonCallRecords.ReadBody(body, new JsonCallRecords(), intake);
        List<byte[]> lines = [.. Lines(body)];
        Assert.Equal(lines.Count, intake.Records);
        Assert.All(intake.Quarantined, aside => Assert.Equal(lines[(int)aside.Place], aside.Content.ToArray()));
    }));

    [Fact]
    public void An_array_of_any_bytes_is_read_to_its_end() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Json.ToArbitrary(), body =>
    {
        CallIntake intake = Reading.Json(body);
        Assert.True(intake.Records > 0 || body.AsSpan().Trim("[], \t\r\n"u8).IsEmpty);
        Assert.All(intake.Quarantined, aside => Assert.True(body.AsSpan().IndexOf(aside.Content.Span) >= 0));
    }));

    [Fact]
    public void Csv_of_any_bytes_is_read_to_its_end_or_refused_as_a_whole() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Csv.ToArbitrary(), body =>
    {
        CallIntake intake = Reading.Intake();
        using var stream = new MemoryStream(body);
        try
        {
            CsvCallRecords.ReadBody(stream, intake);
        }
        catch (FormatException e) when (e is CsvHeaderException or CsvFormatException)
        {
            Assert.Equal(0, intake.Records);
            return;
        }

        int header = body.AsSpan().IndexOf((byte)'\n');
        Assert.All(intake.Quarantined, aside => Assert.True(body.AsSpan(0, header).IndexOf(aside.Content.Span[..aside.Content.Span.IndexOf((byte)'\n')]) >= 0));
    }));

    private static string Record(int i) => Reading.Base.Replace("c1", $"c{i}", StringComparison.Ordinal);

    private static byte[] Damage(string body, (int At, byte With, int Cut)[] damages)
    {
        List<byte> bytes = [.. Encoding.UTF8.GetBytes(body)];
        foreach ((int at, byte with, int cut) in damages)
        {
            int place = at % bytes.Count;
            bytes[place] = with;
            bytes.RemoveRange(place, Math.Min(cut, bytes.Count - place - 1));
        }

        return [.. bytes];
    }

    private static IEnumerable<byte[]> Lines(byte[] body)
    {
        int start = 0;
        for (int i = 0; i <= body.Length; i++)
        {
            if (i < body.Length && body[i] != '\n')
            {
                continue;
            }

            byte[] line = body[start..i];
            line = line.Length > 0 && line[^1] == '\r' ? line[..^1] : line;
            start = i + 1;
            if (line.Any(b => b is not ((byte)' ' or (byte)'\t' or (byte)'\r')))
            {
                yield return line;
            }
        }
    }
}
