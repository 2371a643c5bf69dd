using System.Globalization;

namespace Perimeter.Warehouse;

/// <summary>The engine refused a statement. <see cref="Code"/> is ClickHouse's own number, as its HTTP interface sends it in X-ClickHouse-Exception-Code.</summary>
public sealed class ClickHouseException(int code, string message) : Exception(message)
{
    /// <summary>No number stood in the engine's message.</summary>
    public const int NoCode = 0;

    internal const int NotEnoughSpace = 243;

    public int Code { get; } = code;

    /// <summary>There is no room where ClickHouse keeps its data, or too little to begin with: it says either by its own number, or as the system does.</summary>
    public bool IsDiskFull => Code == NotEnoughSpace || Message.Contains("No space left on device", StringComparison.Ordinal);

    /// <summary>Reads the number out of "Code: 60. DB::Exception: ..."; the message stays whole.</summary>
    internal static ClickHouseException Parse(string message)
    {
        const string Mark = "Code: ";
        int start = message.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0)
        {
            return new ClickHouseException(NoCode, message);
        }

        start += Mark.Length;
        int end = start;
        while (end < message.Length && char.IsAsciiDigit(message[end]))
        {
            end++;
        }

        return int.TryParse(message.AsSpan(start, end - start), NumberStyles.None, CultureInfo.InvariantCulture, out int code)
            ? new ClickHouseException(code, message)
            : new ClickHouseException(NoCode, message);
    }
}
