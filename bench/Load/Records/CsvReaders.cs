using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using CsvHelper.Configuration.Attributes;

namespace Perimeter.Load.Records;

/// <summary>Readers of the same bytes. Those that read fields return how many characters all fields have, the header's too.</summary>
internal static class CsvReaders
{
    /// <summary>A record as a business application has it.</summary>
    private sealed class Record
    {
        [Name("switch_id")]
        public string SwitchId { get; set; } = "";

        [Name("call_id")]
        public string CallId { get; set; } = "";

        [Name("trunk_group_a")]
        public string TrunkGroupA { get; set; } = "";

        [Name("trunk_group_b")]
        public string TrunkGroupB { get; set; } = "";

        [Name("ani")]
        public string Ani { get; set; } = "";

        [Name("dnis")]
        public string Dnis { get; set; } = "";

        [Name("lrn")]
        public string Lrn { get; set; } = "";

        [Name("setup_time")]
        public DateTimeOffset SetupTime { get; set; }

        [Name("answer_time")]
        public DateTimeOffset? AnswerTime { get; set; }

        [Name("end_time")]
        public DateTimeOffset EndTime { get; set; }

        [Name("sip_code")]
        public int SipCode { get; set; }
    }

    public static long Ours(byte[] file)
    {
        Csv.CsvReader reader = new(new MemoryStream(file), new Csv.CsvOptions());
        long length = 0;
        while (reader.ReadRow())
        {
            for (int i = 0; i < reader.ColumnCount; i++)
            {
                length += reader[i].Length;
            }
        }

        return length;
    }

    public static long CsvHelper(byte[] file)
    {
        using StreamReader text = new(new MemoryStream(file));
        using CsvParser parser = new(text, new CsvConfiguration(CultureInfo.InvariantCulture));
        long length = 0;
        while (parser.Read())
        {
            for (int i = 0; i < parser.Count; i++)
            {
                length += parser[i].Length;
            }
        }

        return length;
    }

    /// <summary>How many records it made.</summary>
    public static int CsvHelperTyped(byte[] file)
    {
        using StreamReader text = new(new MemoryStream(file));
        using CsvReader reader = new(text, new CsvConfiguration(CultureInfo.InvariantCulture));
        return reader.GetRecords<Record>().Count(static record => record.SipCode == 200);
    }

    public static long Sylvan(byte[] file)
    {
        using StreamReader text = new(new MemoryStream(file));
        using var reader = global::Sylvan.Data.Csv.CsvDataReader.Create(text);
        long length = Enumerable.Range(0, reader.FieldCount).Sum(i => (long)reader.GetName(i).Length);
        while (reader.Read())
        {
            for (int i = 0; i < reader.FieldCount; i++)
            {
                length += reader.GetFieldSpan(i).Length;
            }
        }

        return length;
    }
}
