using Perimeter.Streaming;

namespace Perimeter.Load.EndToEnd;

/// <summary>Where rating is measured without landing: calls of a log that began empty, of which none is ever asked for.</summary>
internal sealed class NothingLanded : ILandedKeys
{
    public Task<bool> AnyBeforeAsync(long instantMs, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<ulong> LandedToAsync(ulong incarnation, int partition, CancellationToken cancellationToken) => Task.FromResult(0UL);

    public Task<IReadOnlyDictionary<UInt128, UInt128>> FindAsync(IReadOnlyList<LandedKeyQuestion> questions, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<UInt128, UInt128>>(new Dictionary<UInt128, UInt128>());
}
