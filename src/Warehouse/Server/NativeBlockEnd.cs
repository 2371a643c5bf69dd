using Perimeter.Warehouse.Columns;

namespace Perimeter.Warehouse.Server;

/// <summary>Finds where blocks of the format Native end in bytes that come piece by piece: a block does not say its length.</summary>
internal static class NativeBlockEnd
{
    /// <summary>Bytes of the whole blocks that <paramref name="bytes"/> begins with.</summary>
    /// <exception cref="FormatException">A column is of a type that is not read so, or the bytes are not Native.</exception>
    public static int OfWholeBlocks(ReadOnlySpan<byte> bytes)
    {
        int end = 0;
        for (int at = 0; at < bytes.Length && TrySkipBlock(bytes, ref at);)
        {
            end = at;
        }

        return end;
    }

    private static bool TrySkipBlock(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (!TryLength(bytes, ref at, out int columns) || !TryLength(bytes, ref at, out int rows))
        {
            return false;
        }

        for (int column = 0; column < columns; column++)
        {
            if (!TryText(bytes, ref at, out _) || !TryText(bytes, ref at, out ReadOnlySpan<byte> type) || !TrySkipColumn(bytes, ref at, type, rows))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TrySkipColumn(ReadOnlySpan<byte> bytes, ref int at, ReadOnlySpan<byte> type, int rows)
    {
        if (!type.SequenceEqual("String"u8))
        {
            long end = at + ((long)rows * NativeBlocks.WidthOf(type));
            at = (int)Math.Min(end, bytes.Length);
            return end <= bytes.Length;
        }

        for (int row = 0; row < rows; row++)
        {
            if (!TryText(bytes, ref at, out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryText(ReadOnlySpan<byte> bytes, ref int at, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryLength(bytes, ref at, out int length) || length > bytes.Length - at)
        {
            return false;
        }

        text = bytes.Slice(at, length);
        at += length;
        return true;
    }

    private static bool TryLength(ReadOnlySpan<byte> bytes, ref int at, out int length)
    {
        length = 0;
        for (int shift = 0; shift < 28; shift += 7)
        {
            if (at == bytes.Length)
            {
                return false;
            }

            byte b = bytes[at++];
            length |= (b & 0x7F) << shift;
            if (b < 0x80)
            {
                return true;
            }
        }

        throw new FormatException("A length in a result is longer than results can be.");
    }
}
