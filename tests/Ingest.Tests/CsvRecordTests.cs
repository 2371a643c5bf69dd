using System.Text;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Records;

namespace Perimeter.Ingest.Tests;

public sealed class CsvRecordTests
{
    [Theory]
    [InlineData(",")]
    [InlineData(";")]
    [InlineData("\t")]
    [InlineData("|")]
    public void The_delimiter_is_found_in_the_header(string delimiter)
    {
        CallIntake intake = Reading.Csv("switch_id,Call ID,SETUP-TIME,dnis\r\ns1,c1,1749985200000,49301\r\n".Replace(",", delimiter, StringComparison.Ordinal));
        Reading.Only(intake);
        Assert.Equal("49301", Reading.Text(intake, CallEventText.Dnis));
    }

    [Fact]
    public void A_cut_row_and_a_broken_row_spoil_no_other_and_keep_their_header()
    {
        CallIntake intake = Reading.Csv("switch_id,call_id,setup_time\ns1,c1,1749985200000\ns1,c2\ns1,\"c3\"x,1749985200000\ns1,c4,1749985200000\ns1,c5,soon\n");
        Assert.Equal(2, intake.Accepted);
        Assert.Equal(
            [
                (QuarantineReason.Unreadable, 1L, "the row has 2 columns, the header 3", "switch_id,call_id,setup_time\ns1,c2"),
                (QuarantineReason.Unreadable, 2L, "text stands between the closing quote of a column and the next delimiter", "switch_id,call_id,setup_time\ns1,\"c3\"x,1749985200000"),
                (QuarantineReason.Invalid, 4L, "must be a time such as 2025-01-31T23:59:59.123Z or whole epoch milliseconds; it is 'soon'", "switch_id,call_id,setup_time\ns1,c5,soon"),
            ],
            intake.Quarantined.Select(q => (q.Reason, q.Place, q.Message, Reading.Content(q))));
    }

    /// <summary>A row of printable ASCII is not looked at again, text by text: what is none must be seen wherever it stands in the row.</summary>
    [Fact]
    public void Of_every_byte_that_is_no_printable_ascii_the_row_is_refused_or_taken_as_utf8()
    {
        List<string> came = [];
        foreach (string text in (string[])["c", "c that is longer than a vector of the machine with thirty-two or sixty-four places", "\"c\""])
        {
            for (int value = 0; value < 256; value++)
            {
                if ((char)value is '\n' or '\r' or ',' or '"')
                {
                    continue;
                }

                byte[] row = Encoding.Latin1.GetBytes($"switch_id,call_id,setup_time,codec\ns1,{text},1749985200000,{(char)value}x\n");
                CallIntake intake = Reading.Intake();
                using var stream = new MemoryStream(row);
                CsvCallRecords.ReadBody(stream, intake);
                string expected = value is < ' ' or 0x7F ? "Invalid codec" : value > 0x7F ? "Unreadable " : "taken";
                string read = intake.Accepted == 1 ? "taken" : string.Join(' ', intake.Quarantined.Select(static one => $"{one.Reason} {one.Field}"));
                if (read != expected)
                {
                    came.Add($"{value:X2}: {read} and not {expected}");
                }
            }
        }

        Assert.Empty(came);
        Assert.Equal("\u00e9x", Reading.Text(Reading.Csv("switch_id,call_id,setup_time,codec\ns1,c1,1749985200000,\u00e9x\n"), CallEventText.Codec));
    }

    [Fact]
    public void A_value_that_is_set_for_all_records_is_looked_at_though_the_rows_are_plain()
    {
        CallRecordMapping mapping = CallRecordMapping.Parse(["codec:=a\u0001b"]);
        CallIntake intake = Reading.Intake();
        intake.FixedValues = mapping.FixedValues;
        using var stream = new MemoryStream("switch_id,call_id,setup_time\ns1,c1,1749985200000\n"u8.ToArray());
        var records = new CsvCallRecords(new CsvReader(stream), mapping);
        Assert.True(records.ReadRow(intake, null));
        QuarantinedEvent aside = Assert.Single(intake.Quarantined);
        Assert.Equal(("codec", "holds a control character; it is 'a\uFFFDb'"), (aside.Field, aside.Message));
    }

    [Theory]
    [InlineData("", "there is no header row")]
    [InlineData("a,b,c\n1,2,3\n", "no column is switch_id or call_id or setup_time; the columns are a, b, c")]
    [InlineData("switch_id,setup_time\n1,2\n", "no column is call_id; the columns are switch_id, setup_time")]
    [InlineData("switch_id,call_id,setup_time,Setup Time\n", "the columns 'setup_time' and 'Setup Time' are both setup_time")]
    public void A_header_of_no_use_is_refused(string body, string reason) => Assert.Equal(reason, Assert.Throws<CsvHeaderException>(() => Reading.Csv(body)).Message);

    [Fact]
    public void Columns_are_mapped_and_fields_set_for_all_records()
    {
        CallRecordMapping mapping = CallRecordMapping.Parse(["call_id=Session Id", "setup_time=Start", "dnis = Called", "switch_id:=nyc1", "final:=0"]);
        CallIntake intake = Reading.Intake();
        intake.FixedValues = mapping.FixedValues;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("Start;session_id;Called;dnis;final\n1749985200000;c1;49301;wrong;\n1749985200000;c2;49302;wrong;1\n"));
        var records = new CsvCallRecords(new CsvReader(stream), mapping);
        while (records.ReadRow(intake, null))
        {
        }

        Assert.Empty(intake.Quarantined);
        CallEventBatch batch = intake.EventsOf(0);
        Assert.Equal([("nyc1", "c1", "49301", false), ("nyc1", "c2", "49302", true)], Enumerable.Range(0, batch.Count).Select(row => (
            Reading.Text(intake, CallEventText.SwitchId, row), Reading.Text(intake, CallEventText.CallId, row), Reading.Text(intake, CallEventText.Dnis, row), batch[row].Final)));
    }

    [Fact]
    public void Every_wrong_mapping_is_named()
    {
        string message = Assert.Throws<FormatException>(() => CallRecordMapping.Parse(["dnis=B", "dnis=C", "billsec=X", "=Y", "ani="])).Message;
        Assert.Contains("'dnis=C': dnis is mapped twice.", message, StringComparison.Ordinal);
        Assert.Contains("'billsec=X': there is no field 'billsec'. The fields are switch_id, call_id,", message, StringComparison.Ordinal);
        Assert.Contains("'=Y' is no mapping: write field=Header, or field:=value.", message, StringComparison.Ordinal);
        Assert.Contains("'ani=' is no mapping", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mapped_column_must_be_there_once()
    {
        static string Refused(string header) => Assert.Throws<CsvHeaderException>(() =>
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(header));
            return new CsvCallRecords(new CsvReader(stream), CallRecordMapping.Parse(["dnis=Called"]));
        }).Message;
        Assert.Equal("the column 'Called' for dnis is not there; the columns are a, b", Refused("a,b\n"));
        Assert.Equal("the column 'Called' for dnis is there more than once; the columns are Called, Called", Refused("Called,Called\n"));
    }
}
