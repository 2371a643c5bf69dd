using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.RatingEngine;

/// <summary>What came with a message beside its bytes, as the quarantine keeps it. Of what is longer than anything a switch means by it, the beginning.</summary>
internal static class MessageOrigin
{
    /// <summary>A key is <c>switch_id/call_id</c>: 356 bytes at most.</summary>
    public const int MaxKeyBytes = 4096;

    /// <summary>Names and values of the headers together; those behind are left out.</summary>
    public const int MaxHeaderBytes = 8192;

    public static ReadOnlyMemory<byte> Key(in LogFrame frame) => frame.Key[..Math.Min(frame.Key.Length, MaxKeyBytes)];

    public static IReadOnlyList<QuarantinedHeader> Headers(in LogFrame frame)
    {
        if (frame.Headers is not { Count: > 0 } headers)
        {
            return [];
        }

        List<QuarantinedHeader> kept = [];
        int bytes = 0;
        foreach (LogHeader header in headers)
        {
            bytes += header.Name.Length + header.Value.Length;
            if (bytes > MaxHeaderBytes)
            {
                break;
            }

            kept.Add(new QuarantinedHeader(header.Name, header.Value));
        }

        return kept;
    }
}
