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
        private const uint FnvBasis = 2_166_136_261;
        private const uint FnvPrime = 16_777_619;

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) =>
            ignoreCase ? Ascii.EqualsIgnoreCase(alternate, other) : alternate.SequenceEqual(other);

        public bool Equals(byte[]? x, byte[]? y) => Equals(x.AsSpan(), y!);

        public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            uint hash = FnvBasis;
            foreach (byte b in alternate)
            {
                uint folded = ignoreCase && b is >= (byte)'A' and <= (byte)'Z' ? (uint)b | 0x20 : b;
                hash = unchecked((hash ^ folded) * FnvPrime);
            }

            return unchecked((int)(hash ^ (hash >> 15)));
        }
    }
}
