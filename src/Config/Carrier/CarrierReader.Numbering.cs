using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <content>The numbers of our own. There may be millions, so that they are read without an object each.</content>
internal sealed partial class CarrierReader
{
    /// <summary>A file with more rows is refused.</summary>
    private const int MaxNumbers = 20_000_000;
    private const string NumberingFile = "numbering.csv";

    private IReadOnlyList<NumberConfig> _numbers = [];

    private void ReadNumbering() => _numbers = ReadOnce(NumberingFile, () =>
    {
        List<NumberConfig> numbers = [];
        NumberingRow row = new(DatesIn(_systemTimeZone));
        ReadTable(NumberingFile, CarrierTables.Numbering, required: false, table =>
        {
            if (numbers.Count < MaxNumbers)
            {
                numbers.Add(row.Read(table));
            }
            else if (numbers.Count == MaxNumbers)
            {
                table.FailRow($"the file has more than {MaxNumbers} rows");
                numbers.Add(default);
            }
        });
        return numbers;
    });

    /// <summary>Reads one row after another of a numbering file.</summary>
    private sealed class NumberingRow(DateReader dates)
    {
        private const int MaxTagBytes = 100;
        private readonly Dictionary<int, int> _lineOfId = [];
        private readonly HashSet<string> _tags = new(StringComparer.Ordinal);

        public NumberConfig Read(TableReader table)
        {
            int line = checked((int)table.Line);
            if (table.TryId((int)NumberColumn.Id, out int id) && !_lineOfId.TryAdd(id, line))
            {
                table.Fail((int)NumberColumn.Id, $"'{id}' is the id of line {_lineOfId[id]} already");
            }

            E164 number = ReadNumber(table);
            table.TryRequiredWord((int)NumberColumn.Type, CarrierWords.NumberTypes, out NumberType type);
            table.TryWhole((int)NumberColumn.CustomerTier, 1, NumberConfig.MaxTier, 0, out int customerTier);
            table.TryWhole((int)NumberColumn.VendorTier, 1, NumberConfig.MaxTier, 0, out int vendorTier);
            string tag = table.TryText((int)NumberColumn.Tag, MaxTagBytes, out ReadOnlySpan<byte> text) ? TagOf(text) : "";
            Interval inForce = table.ReadInterval((int)NumberColumn.Effective, (int)NumberColumn.Expiration, dates);
            return table.RowIsGood ? new NumberConfig(id, number, type, (byte)customerTier, (byte)vendorTier, tag, inForce, line) : default;
        }

        private static E164 ReadNumber(TableReader table)
        {
            ReadOnlySpan<byte> text = table[(int)NumberColumn.Number];
            E164 number = default;
            if (!table.FailEmpty((int)NumberColumn.Number)
                && (!E164.TryParse(text[0] == (byte)'+' ? text[1..] : text, out number) || number[0] == 0))
            {
                table.Fail((int)NumberColumn.Number, $"{Shown.Text(text)} is not 1 to {E164.MaxDigits} digits that begin with the country code");
            }

            return number;
        }

        /// <summary>Many numbers have one tag.</summary>
        private string TagOf(ReadOnlySpan<byte> utf8)
        {
            Span<char> chars = stackalloc char[MaxTagBytes];
            ReadOnlySpan<char> text = chars[..Encoding.UTF8.GetChars(utf8, chars)];
            HashSet<string>.AlternateLookup<ReadOnlySpan<char>> tags = _tags.GetAlternateLookup<ReadOnlySpan<char>>();
            if (tags.TryGetValue(text, out string? known))
            {
                return known;
            }

            string tag = text.ToString();
            _tags.Add(tag);
            return tag;
        }
    }
}
