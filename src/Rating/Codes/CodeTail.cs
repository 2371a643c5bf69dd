using Perimeter.Domain;

namespace Perimeter.Rating.Codes;

/// <summary>
/// What a code has behind the digits that led to its stretch, in 32 bits: up to seven digits, then one bit that marks their end, then zeros.
/// A tail begins a number exactly where the two differ in no bit above that mark.
/// </summary>
internal static class CodeTail
{
    public const int MaxDigits = 7;

    private const int EndMark = 8;

    /// <param name="depth">How many digits led to the stretch. Of a code that has no more, the tail is empty and begins everything.</param>
    public static uint Of(E164 code, int depth)
    {
        int length = Math.Max(0, code.Length - depth);
        uint digits = (uint)((code.Digits << (4 * depth)) >> 32);
        return digits | ((uint)EndMark << (4 * (MaxDigits - length)));
    }
}
