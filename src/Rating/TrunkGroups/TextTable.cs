using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Perimeter.Rating.TrunkGroups;

/// <summary>Looks up by the bytes of a text as received, without making a string.</summary>
internal sealed class TextTable<T>
{
    private readonly Dictionary<byte[], T> _values;
    private readonly Dictionary<byte[], T>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;

    /// <param name="ignoreCase">Whether ASCII capitals and small letters are the same: for addresses and protocols.</param>
    public TextTable(IEnumerable<KeyValuePair<string, T>> values, bool ignoreCase)
    {
        _values = new Dictionary<byte[], T>(
            values.Select(static value => KeyValuePair.Create(Encoding.UTF8.GetBytes(value.Key), value.Value)), new TextComparer(ignoreCase));
        _byBytes = _values.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public bool TryGet(ReadOnlySpan<byte> utf8, [MaybeNullWhen(false)] out T value) => _byBytes.TryGetValue(utf8, out value);

    private sealed class TextComparer(bool ignoreCase) : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        private const ulong HashFactor = 0x9E37_79B9_7F4A_7C15;

        /// <summary>The bit that tells ASCII capitals from small letters. Other bytes that differ in it only share a hash, and are told apart by Equals.</summary>
        private const ulong CaseBits = 0x2020_2020_2020_2020;

        private readonly ulong _folded = ignoreCase ? CaseBits : 0;

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) =>
            ignoreCase ? Ascii.EqualsIgnoreCase(alternate, other) : alternate.SequenceEqual(other);

        public bool Equals(byte[]? x, byte[]? y) => Equals(x.AsSpan(), y!);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            ulong hash = (ulong)alternate.Length;
            while (alternate.Length >= sizeof(ulong))
            {
                hash = unchecked((hash ^ (BinaryPrimitives.ReadUInt64LittleEndian(alternate) | _folded)) * HashFactor);
                hash ^= hash >> 32;
                alternate = alternate[sizeof(ulong)..];
            }

            ulong rest = 0;
            foreach (byte b in alternate)
            {
                rest = (rest << 8) | b;
            }

            hash = unchecked((hash ^ (rest | _folded)) * HashFactor);
            return unchecked((int)(hash >> 32));
        }
    }
}
