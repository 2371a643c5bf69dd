namespace Perimeter.Rating.Numbers;

/// <summary>Originating line information (OLI, the "ANI II digits" of the North American Numbering Plan) of payphones.</summary>
internal static class PayphoneLines
{
    /// <summary>27: a coin line of a network; 29: a prison's; 70: a private payphone.</summary>
    public static bool Contains(ReadOnlySpan<byte> oli) => oli.SequenceEqual("27"u8) || oli.SequenceEqual("29"u8) || oli.SequenceEqual("70"u8);
}
