namespace Perimeter.Ingest.Switches;

/// <summary>An id of two parts with a character between them, in room that is used again.</summary>
internal sealed class JoinedId
{
    private byte[] _id = new byte[256];

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> one, char between, ReadOnlySpan<byte> other)
    {
        int length = one.Length + 1 + other.Length;
        if (_id.Length < length)
        {
            _id = new byte[length];
        }

        one.CopyTo(_id);
        _id[one.Length] = (byte)between;
        other.CopyTo(_id.AsSpan(one.Length + 1));
        return _id.AsSpan(0, length);
    }
}
