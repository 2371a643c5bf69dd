namespace Perimeter.Ingest.Switches;

/// <summary>Where the columns of a row are; -1 where it has none.</summary>
internal sealed record AsteriskColumns
{
    /// <summary>What the first column of a row of our own mapping is.</summary>
    public static ReadOnlySpan<byte> OurMark => "perimeter-1"u8;

    public required int UniqueId { get; init; }

    public required int Sequence { get; init; }

    public required int Src { get; init; }

    public required int Dst { get; init; }

    public required int Channel { get; init; }

    public required int DstChannel { get; init; }

    public required int LastApp { get; init; }

    public required int Start { get; init; }

    public required int Answer { get; init; }

    public required int End { get; init; }

    public required int Disposition { get; init; }

    /// <summary>Times are seconds since 1970 with microseconds, and not local ones.</summary>
    public bool IsOurs { get; init; }

    /// <summary>The mapping of deploy/switches/asterisk/cdr_custom.conf.</summary>
    public static AsteriskColumns Ours { get; } = new()
    {
        IsOurs = true, UniqueId = 1, Sequence = 3, Src = 5, Dst = 6, Channel = 7, DstChannel = 8, LastApp = 9, Start = 10, Answer = 11, End = 12, Disposition = 13,
    };

    public const int OurCount = 22, SipCode = 14, SourceIp = 15, SourcePort = 16, TrunkGroupA = 17, VendorTrunk = 18, AniSent = 19, DnisSent = 20, Final = 21;

    /// <summary>Columns of Master.csv with no option set: account code to AMA flags.</summary>
    public const int PlainCount = 16;

    /// <summary>uniqueid; then peeraccount, linkedid and sequence.</summary>
    private static readonly AsteriskColumns WithUniqueId = Master(sequence: 19);

    /// <summary>The user field between them.</summary>
    private static readonly AsteriskColumns WithUserField = Master(sequence: 20);

    /// <summary>Which columns a row of Master.csv has, told by how many they are and by the form of the first option's.</summary>
    /// <param name="count">How many columns the row has.</param>
    /// <param name="firstOption">The column behind the AMA flags; empty where there is none.</param>
    /// <param name="fault">What is wrong, and the setting that mends it; null where nothing is.</param>
    public static AsteriskColumns? OfMaster(int count, ReadOnlySpan<byte> firstOption, out string? fault)
    {
        fault = null;
        bool hasId = IsUniqueId(firstOption);
        switch (count)
        {
            case PlainCount + 4 when hasId:
                return WithUniqueId;
            case PlainCount + 5 when hasId:
                return WithUserField;
            case PlainCount + 1 or PlainCount + 2 when hasId:
                fault = "the row has no sequence, by which the attempts of a call are told apart: set newcdrcolumns=yes in the section [csv] of cdr.conf";
                return null;
            case PlainCount + 3 or PlainCount + 4 or PlainCount + 5:
                fault = "the row has no uniqueid, by which calls are told apart: set loguniqueid=yes in the section [csv] of cdr.conf";
                return null;
            case PlainCount or PlainCount + 1 or PlainCount + 2:
                fault = "the row has neither uniqueid nor sequence, by which calls and their attempts are told apart: set loguniqueid=yes and newcdrcolumns=yes in the section [csv] of cdr.conf";
                return null;
            default:
                fault = $"the row has {count} columns; Master.csv has {PlainCount + 4} or {PlainCount + 5} with loguniqueid=yes and newcdrcolumns=yes in the section [csv] of cdr.conf, "
                    + $"perimeter.csv has {OurCount}";
                return null;
        }
    }

    /// <summary>Epoch seconds, a dot and a counter; before them perhaps the system's name and a hyphen.</summary>
    public static bool IsUniqueId(ReadOnlySpan<byte> text)
    {
        const int leastEpochDigits = 9;
        int dot = text.LastIndexOf((byte)'.');
        if (dot < leastEpochDigits || dot == text.Length - 1 || text[(dot + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return false;
        }

        int epoch = text[..dot].LastIndexOfAnyExceptInRange((byte)'0', (byte)'9') + 1;
        return dot - epoch >= leastEpochDigits && (epoch == 0 || text[epoch - 1] == '-');
    }

    private static AsteriskColumns Master(int sequence) => new()
    {
        Src = 1, Dst = 2, Channel = 5, DstChannel = 6, LastApp = 7, Start = 9, Answer = 10, End = 11, Disposition = 14, UniqueId = PlainCount, Sequence = sequence,
    };
}
