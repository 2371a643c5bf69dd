namespace Perimeter.Warehouse.Http;

/// <summary>Bytes of an answer in the engine's memory.</summary>
/// <param name="part">Of them, what belongs into the answer.</param>
internal sealed class AnswerPiece(ClickHouseResult result, Range part) : IDisposable
{
    public int Length => result.Bytes[part].Length;

    /// <returns>Bytes copied.</returns>
    public int CopyTo(int offset, Span<byte> target)
    {
        ReadOnlySpan<byte> rest = result.Bytes[part][offset..];
        int length = Math.Min(rest.Length, target.Length);
        rest[..length].CopyTo(target);
        return length;
    }

    public void Dispose() => result.Dispose();
}
