using System.Collections.Frozen;

namespace Perimeter.Warehouse.Http;

/// <summary>What begins every piece of a streamed answer, and belongs only to the first.</summary>
internal enum PieceHeader
{
    None,
    OneLine,
    TwoLines,
    OneQuotedLine,
    TwoQuotedLines,
    BinaryNames,
    BinaryNamesAndTypes,
}

/// <summary>
/// How an output format is sent. The engine writes each piece of a streamed answer as a document of its own, so only formats can be streamed
/// whose pieces make a whole: those of bare rows, and those with a header that can be cut off. Any other is made whole first.
/// </summary>
internal sealed record OutputFormat(string Name, string ContentType, bool Streams, PieceHeader Header)
{
    private const string Tsv = "text/tab-separated-values; charset=UTF-8";
    private const string Csv = "text/csv; charset=UTF-8";
    private const string Json = "application/json; charset=UTF-8";
    private const string JsonLines = "application/x-ndjson; charset=UTF-8";
    private const string Text = "text/plain; charset=UTF-8";
    private const string Binary = "application/octet-stream";

    private static readonly FrozenDictionary<string, OutputFormat> Known = new OutputFormat[]
    {
        Rows("TabSeparated", Tsv), Rows("TSV", Tsv), Rows("TabSeparatedRaw", Tsv), Rows("TSVRaw", Tsv), Rows("Raw", Tsv), Rows("TSKV", Tsv),
        Rows("TabSeparatedWithNames", Tsv, PieceHeader.OneLine), Rows("TSVWithNames", Tsv, PieceHeader.OneLine),
        Rows("TabSeparatedWithNamesAndTypes", Tsv, PieceHeader.TwoLines), Rows("TSVWithNamesAndTypes", Tsv, PieceHeader.TwoLines),
        Rows("CSV", Csv), Rows("CSVWithNames", Csv, PieceHeader.OneQuotedLine), Rows("CSVWithNamesAndTypes", Csv, PieceHeader.TwoQuotedLines),
        Rows("JSONEachRow", JsonLines), Rows("JSONLines", JsonLines), Rows("NDJSON", JsonLines), Rows("JSONStringsEachRow", JsonLines),
        Rows("JSONCompactEachRow", JsonLines), Rows("JSONCompactStringsEachRow", JsonLines),
        Rows("JSONCompactEachRowWithNames", JsonLines, PieceHeader.OneLine),
        Rows("JSONCompactEachRowWithNamesAndTypes", JsonLines, PieceHeader.TwoLines),
        Rows("JSONCompactStringsEachRowWithNames", JsonLines, PieceHeader.OneLine),
        Rows("JSONCompactStringsEachRowWithNamesAndTypes", JsonLines, PieceHeader.TwoLines),
        Rows("Native", Binary), Rows("RowBinary", Binary), Rows("MsgPack", Binary), Rows("Null", Text),
        Rows("RowBinaryWithNames", Binary, PieceHeader.BinaryNames), Rows("RowBinaryWithNamesAndTypes", Binary, PieceHeader.BinaryNamesAndTypes),
        Whole("JSON", Json), Whole("JSONCompact", Json), Whole("JSONStrings", Json), Whole("JSONCompactStrings", Json), Whole("JSONColumns", Json),
        Whole("JSONCompactColumns", Json), Whole("JSONColumnsWithMetadata", Json), Whole("JSONObjectEachRow", Json), Whole("XML", "application/xml; charset=UTF-8"),
        Whole("Markdown", "text/markdown; charset=UTF-8"), Whole("MD", "text/markdown; charset=UTF-8"),
        Whole("Arrow", "application/vnd.apache.arrow.file"), Whole("ArrowStream", "application/vnd.apache.arrow.stream"),
        Whole("Parquet", "application/vnd.apache.parquet"), Whole("ORC", Binary), Whole("Avro", Binary), Whole("Npy", Binary), Whole("BSONEachRow", Binary),
        Whole("Protobuf", Binary), Whole("RawBLOB", Binary),
    }.ToFrozenDictionary(format => format.Name, StringComparer.Ordinal);

    /// <summary>A format that the engine knows and this table does not is made whole and sent as text; one that the engine does not know fails there.</summary>
    public static OutputFormat Named(string name) => Known.GetValueOrDefault(name) ?? Whole(name, Text);

    /// <summary>Bytes of a piece that are its header.</summary>
    public int HeaderLength(ReadOnlySpan<byte> piece) => Header switch
    {
        PieceHeader.OneLine => Lines(piece, 1, quotes: false),
        PieceHeader.TwoLines => Lines(piece, 2, quotes: false),
        PieceHeader.OneQuotedLine => Lines(piece, 1, quotes: true),
        PieceHeader.TwoQuotedLines => Lines(piece, 2, quotes: true),
        PieceHeader.BinaryNames => Names(piece, perColumn: 1),
        PieceHeader.BinaryNamesAndTypes => Names(piece, perColumn: 2),
        _ => 0,
    };

    private static OutputFormat Rows(string name, string contentType, PieceHeader header = PieceHeader.None) => new(name, contentType, true, header);

    private static OutputFormat Whole(string name, string contentType) => new(name, contentType, false, PieceHeader.None);

    private static int Lines(ReadOnlySpan<byte> piece, int count, bool quotes)
    {
        bool quoted = false;
        for (int i = 0; i < piece.Length; i++)
        {
            if (quotes && piece[i] == '"')
            {
                quoted = !quoted;
            }
            else if (piece[i] == '\n' && !quoted && --count == 0)
            {
                return i + 1;
            }
        }

        return piece.Length;
    }

    /// <summary>A count of columns, then so many texts for each of them, all with their lengths before them.</summary>
    private static int Names(ReadOnlySpan<byte> piece, int perColumn)
    {
        int at = 0;
        long texts = VarUInt(piece, ref at) * perColumn;
        for (long i = 0; i < texts; i++)
        {
            int length = checked((int)VarUInt(piece, ref at));
            at += length;
        }

        return at;
    }

    private static long VarUInt(ReadOnlySpan<byte> piece, ref int at)
    {
        long value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte b = piece[at++];
            value |= (long)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }
}
