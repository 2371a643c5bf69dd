using System.Text;

namespace Perimeter.Domain;

/// <summary>The bytes of a batch's texts, in one growing buffer that is used again for the next batch.</summary>
public sealed class TextArena
{
    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> this[TextSpan text] => _bytes.AsSpan(text.Offset, text.Length);

    public TextSpan Add(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return default;
        }

        utf8.CopyTo(Reserve(utf8.Length));
        Length += utf8.Length;
        return new TextSpan(Length - utf8.Length, utf8.Length);
    }

    public TextSpan Add(string text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        if (count == 0)
        {
            return default;
        }

        Encoding.UTF8.GetBytes(text, Reserve(count));
        Length += count;
        return new TextSpan(Length - count, count);
    }

    /// <summary>Replaces the whole content: a frame's texts are taken over in one copy.</summary>
    public void Set(ReadOnlySpan<byte> utf8)
    {
        Length = 0;
        utf8.CopyTo(Reserve(utf8.Length));
        Length = utf8.Length;
    }

    public string GetString(TextSpan text) => Encoding.UTF8.GetString(this[text]);

    public ReadOnlySpan<byte> AsSpan() => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }

        return _bytes.AsSpan(Length, count);
    }
}
