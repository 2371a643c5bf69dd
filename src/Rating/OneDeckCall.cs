
namespace Perimeter.Rating;

/// <summary>A call for <see cref="OneDeckRater"/>: numbers as received (ASCII; empty is absent), instants in milliseconds of UTC.</summary>
public ref struct OneDeckCall
{
    public OneDeckCall()
    {
    }

    public ReadOnlySpan<byte> Ani;
    public ReadOnlySpan<byte> Dnis;
    public ReadOnlySpan<byte> DnisSent;
    public ReadOnlySpan<byte> Lrn;
    public ReadOnlySpan<byte> Oli;

    /// <summary>Of the number called: 1 to 7; 0 where it has none. Looked at by DID decks of US and Canada.</summary>
    public byte Tier;

    /// <summary>The instant whose prices hold.</summary>
    public long SetupMs;

    public bool Answered;

    /// <summary>End less answer, in milliseconds; not read where the call was not answered.</summary>
    public long RawMs;
}
