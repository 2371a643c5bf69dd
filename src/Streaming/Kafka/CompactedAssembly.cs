using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace Perimeter.Streaming;

/// <summary>
/// Puts the parts of long values together again, in the order in which the topic is read. Of an earlier value compaction may have left some parts and not others: that one is
/// passed over, and a whole one must follow before the end.
/// </summary>
internal sealed class CompactedAssembly(string place)
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _parts = [];
    private readonly HashSet<string> _incomplete = [];

    /// <summary>Null where the message completes no value. What is kept of the message is copied: it is gone with the next read.</summary>
    public CompactedEntry? Take(LogFrame message)
    {
        string key = Encoding.UTF8.GetString(message.Key.Span);
        if (Header(message, CompactedFormat.Part) is not null)
        {
            _parts[key] = message.Payload.ToArray();
            return null;
        }

        ReadOnlyMemory<byte>? value = Header(message, CompactedFormat.Parts) is { } count ? Whole(key, count, Header(message, CompactedFormat.Hash)) : message.Payload.ToArray();
        if (value is null)
        {
            _incomplete.Add(key);
            return null;
        }

        _incomplete.Remove(key);
        return new CompactedEntry(key, value.Value);
    }

    /// <summary>What is published together is seen together: at the end of the topic nothing may be wanting.</summary>
    /// <exception cref="LogDamagedException">The newest value of a key is not whole.</exception>
    public void AtEnd()
    {
        if (_incomplete.Count > 0)
        {
            throw new LogDamagedException(
                $"{place}: parts of the newest value of {string.Join(", ", _incomplete.Order(StringComparer.Ordinal))} are missing or do not match their check. Publish it again.");
        }

        _parts.Clear();
    }

    private ReadOnlyMemory<byte>? Whole(string key, ReadOnlyMemory<byte> count, ReadOnlyMemory<byte>? hash)
    {
        if (hash is null || !int.TryParse(count.Span, NumberStyles.None, CultureInfo.InvariantCulture, out int parts))
        {
            return null;
        }

        using MemoryStream whole = new();
        bool hasAll = true;
        for (int i = 0; i < parts && hasAll; i++)
        {
            hasAll = _parts.Remove(CompactedFormat.PartKey(key, i), out ReadOnlyMemory<byte> part);
            whole.Write(part.Span);
        }

        ReadOnlyMemory<byte> value = whole.GetBuffer().AsMemory(0, (int)whole.Length);
        if (hasAll && XxHash128.Hash(value.Span).AsSpan().SequenceEqual(hash.Value.Span))
        {
            return value;
        }

        return null;
    }

    private static ReadOnlyMemory<byte>? Header(LogFrame message, string name)
    {
        foreach (LogHeader header in message.Headers ?? [])
        {
            if (header.Name == name)
            {
                return header.Value;
            }
        }

        return null;
    }
}
