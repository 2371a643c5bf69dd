namespace Perimeter.Streaming;

/// <summary>A key that may have landed: what it is looked up by.</summary>
/// <param name="Key">The key's hash: <see cref="CallKey.Hash"/>.</param>
/// <param name="CallIdHash"><see cref="CallKey.CallIdHash"/>, by which rows are found.</param>
/// <param name="EndMs">The end of the attempt as the event in question tells it: a row with the same content has the same.</param>
public readonly record struct LandedKeyQuestion(UInt128 Key, ulong CallIdHash, long EndMs);

/// <summary>
/// What the calls that landed tell of keys. An implementation answers from what has landed when it is asked; whoever asks must know that what he
/// asks for has landed or was never rated. Safe for many callers at once.
/// </summary>
public interface ILandedKeys
{
    /// <summary>Whether a call landed that a log took before this instant.</summary>
    /// <exception cref="LandedKeysUnavailableException">ClickHouse did not answer: ask again later.</exception>
    Task<bool> AnyBeforeAsync(long instantMs, CancellationToken cancellationToken);

    /// <summary>The first place of a partition of <see cref="Topics.RatedCalls"/> that is not known to have landed; everything before it has.</summary>
    /// <exception cref="LandedKeysUnavailableException">ClickHouse did not answer: ask again later.</exception>
    Task<ulong> LandedToAsync(ulong incarnation, int partition, CancellationToken cancellationToken);

    /// <summary>
    /// The content (<see cref="CallKey.ContentHash"/>) of the first landed attempt of each key; keys that are not in the result have none.
    /// </summary>
    /// <exception cref="LandedKeysUnavailableException">ClickHouse did not answer: ask again later.</exception>
    Task<IReadOnlyDictionary<UInt128, UInt128>> FindAsync(IReadOnlyList<LandedKeyQuestion> questions, CancellationToken cancellationToken);
}

/// <summary>Where calls land cannot be asked for now; the message says why.</summary>
public sealed class LandedKeysUnavailableException(string message, Exception? inner = null) : IOException(message, inner);
