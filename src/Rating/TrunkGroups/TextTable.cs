using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace Perimeter.Rating.TrunkGroups;

/// <summary>Looks up by the bytes of a text as received, without making a string: open addressing, at least half of it free. Each call asks twice or more.</summary>
internal sealed class TextTable<T>
{
    private const ulong HashFactor = 0x9E37_79B9_7F4A_7C15;

    /// <summary>The bit that tells ASCII capitals from small letters. Other bytes that differ in it only share a hash, and are told apart when they are compared.</summary>
    private const ulong CaseBits = 0x2020_2020_2020_2020;

    private readonly Slot[] _slots;

    /// <summary>The highest bits of a hash say where to look: what differs in a text's last byte differs in no others.</summary>
    private readonly int _shift;
    private readonly bool _ignoreCase;
    private readonly ulong _folded;

    /// <param name="values">Each text once.</param>
    /// <param name="ignoreCase">Whether ASCII capitals and small letters are the same: for addresses and protocols.</param>
    public TextTable(IEnumerable<KeyValuePair<string, T>> values, bool ignoreCase)
    {
        _ignoreCase = ignoreCase;
        _folded = ignoreCase ? CaseBits : 0;
        KeyValuePair<string, T>[] all = [.. values];
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)(2 * all.Length) + 2)];
        _shift = 64 - BitOperations.Log2((uint)_slots.Length);
        foreach ((string text, T value) in all)
        {
            byte[] key = Encoding.UTF8.GetBytes(text);
            ulong hash = HashOf(key);
            ref Slot slot = ref SlotOf(key, hash);
            slot = slot.Key is null ? new Slot(hash, key, value) : throw new ArgumentException($"'{text}' is there twice.", nameof(values));
        }
    }

    public bool TryGet(ReadOnlySpan<byte> utf8, [MaybeNullWhen(false)] out T value)
    {
        ref readonly Slot slot = ref SlotOf(utf8, HashOf(utf8));
        value = slot.Value;
        return slot.Key is not null;
    }

    /// <summary>The text's slot, or the free one that it belongs in.</summary>
    private ref Slot SlotOf(ReadOnlySpan<byte> utf8, ulong hash)
    {
        Slot[] slots = _slots;
        int mask = slots.Length - 1;
        for (int at = (int)(hash >> _shift); ; at = (at + 1) & mask)
        {
            ref Slot slot = ref slots[at];
            if (slot.Key is null || (slot.Hash == hash && AreSame(utf8, slot.Key)))
            {
                return ref slot;
            }
        }
    }

    private bool AreSame(ReadOnlySpan<byte> utf8, byte[] key) => _ignoreCase ? Ascii.EqualsIgnoreCase(utf8, key) : utf8.SequenceEqual(key);

    /// <summary>Eight bytes at a time, of which the last may have been among those before; all of them matter, since names mostly differ at their end.</summary>
    private ulong HashOf(ReadOnlySpan<byte> utf8)
    {
        ulong hash = (ulong)utf8.Length;
        if (utf8.Length < sizeof(ulong))
        {
            ulong few = 0;
            foreach (byte b in utf8)
            {
                few = (few << 8) | b;
            }

            return Mixed(hash, few);
        }

        for (ReadOnlySpan<byte> rest = utf8; rest.Length > sizeof(ulong); rest = rest[sizeof(ulong)..])
        {
            hash = Mixed(hash, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        }

        return Mixed(hash, BinaryPrimitives.ReadUInt64LittleEndian(utf8[^sizeof(ulong)..]));
    }

    private ulong Mixed(ulong hash, ulong word)
    {
        hash = unchecked((hash ^ (word | _folded)) * HashFactor);
        return hash ^ (hash >> 32);
    }

    private readonly record struct Slot(ulong Hash, byte[]? Key, T? Value);
}
