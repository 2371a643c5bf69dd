using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <content>Cells as values. Each returns false where the cell is wrong, which it has reported.</content>
public sealed partial class TableReader
{
    /// <summary>The cell, where it is one line of valid UTF-8 of at most so many bytes.</summary>
    public bool TryText(int field, int maxBytes, out ReadOnlySpan<byte> text)
    {
        text = this[field];
        if (text.Length > maxBytes)
        {
            Fail(field, $"{Shown.Text(text)} is longer than {maxBytes} bytes");
            return false;
        }

        if (!Utf8.IsValid(text))
        {
            Fail(field, $"{Shown.Text(text)} is not UTF-8: save the file as UTF-8");
            return false;
        }

        if (text.IndexOfAnyInRange((byte)0, (byte)0x1F) >= 0)
        {
            Fail(field, $"{Shown.Text(text)} holds a line break or another control character");
            return false;
        }

        return true;
    }

    /// <summary>A decimal as an integer of 10^-<paramref name="scale"/>; null where the cell is empty.</summary>
    /// <param name="limit">The largest, in either sign, in whole units.</param>
    public bool TryDecimal(int field, int scale, long limit, out long? scaled)
    {
        scaled = null;
        ReadOnlySpan<byte> text = this[field];
        if (text.IsEmpty)
        {
            return true;
        }

        if (!FixedPoint.TryParse(text, scale, out long value))
        {
            Fail(field, IsDecimal(text) ? $"{Shown.Text(text)} has more than {scale} digits after the point, or is too large" : $"{Shown.Text(text)} is not a number");
            return false;
        }

        long most = limit;
        for (int i = 0; i < scale; i++)
        {
            most *= 10;
        }

        if (value > most || value < -most)
        {
            Fail(field, value > 0 ? $"{Shown.Text(text)} is above the limit of {limit}" : $"{Shown.Text(text)} is below the limit of -{limit}");
            return false;
        }

        scaled = value;
        return true;
    }

    /// <summary>A whole number; <paramref name="absent"/> where the cell is empty.</summary>
    public bool TryWhole(int field, int min, int max, int absent, out int value)
    {
        ReadOnlySpan<byte> text = this[field];
        value = absent;
        if (text.IsEmpty)
        {
            return true;
        }

        if (!Utf8Parser.TryParse(text, out value, out int used) || used != text.Length || value < min || value > max)
        {
            Fail(field, $"{Shown.Text(text)} is not a whole number from {min} to {max}");
            return false;
        }

        return true;
    }

    /// <summary>Yes or no, as people and spreadsheets write it; empty is no.</summary>
    public bool TryYesNo(int field, ReadOnlySpan<byte> alsoYes, out bool yes)
    {
        ReadOnlySpan<byte> text = this[field];
        yes = false;
        if (text.IsEmpty || Is(text, "no"u8) || Is(text, "false"u8) || Is(text, "0"u8) || Is(text, "n"u8))
        {
            return true;
        }

        yes = Is(text, "yes"u8) || Is(text, "true"u8) || Is(text, "1"u8) || Is(text, "y"u8) || (!alsoYes.IsEmpty && Is(text, alsoYes));
        if (!yes)
        {
            Fail(field, $"{Shown.Text(text)} is not yes or no");
        }

        return yes;
    }

    /// <summary>From one cell to another; always where both are empty.</summary>
    internal Interval ReadInterval(int fromField, int toField, DateReader dates)
    {
        ReadOnlySpan<byte> from = this[fromField];
        ReadOnlySpan<byte> to = this[toField];
        long fromMs = Interval.BeginningMs;
        long toMs = Interval.EndlessMs;
        string? fault = from.IsEmpty ? null : dates.Read(from, isEnd: false, out fromMs);
        if (fault is not null)
        {
            Fail(fromField, fault);
        }

        string? endFault = to.IsEmpty ? null : dates.Read(to, isEnd: true, out toMs);
        if (endFault is not null)
        {
            Fail(toField, endFault);
        }

        if (fault is null && endFault is null && fromMs >= toMs)
        {
            Fail(toField, $"{Shown.Text(to)} ends it before it begins");
        }

        return new Interval(fromMs, toMs);
    }

    private static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) => Ascii.EqualsIgnoreCase(text, word);

    /// <summary>Sign, digits and at most one point: a number that only its size or precision can be wrong with.</summary>
    private static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        text = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        int points = text.Count((byte)'.');
        return points <= 1 && text.Length > points && text.IndexOfAnyExceptInRange((byte)'.', (byte)'9') < 0 && text.IndexOf((byte)'/') < 0;
    }
}
