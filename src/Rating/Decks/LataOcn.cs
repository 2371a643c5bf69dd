using Perimeter.Domain;
using Perimeter.Rating.Reference;

namespace Perimeter.Rating.Decks;

/// <summary>What a row of a LATA/OCN or Peering deck names; none of what it does not.</summary>
internal readonly record struct LataOcn(Lata Lata, Ocn Ocn)
{
    /// <summary>How many keys a number may be tried by.</summary>
    public const int Steps = 4;

    public static LataOcn Of(in RateRowKey key) => new(key.Lata, key.Ocn);

    /// <summary>The key that is tried at a step, the most exact first; null where the number has no such key, or has it already had.</summary>
    public static LataOcn? Tried(in NumberPlace place, int step) => step switch
    {
        0 => place.Lata.IsNone || place.Ocn.IsNone ? null : new LataOcn(place.Lata, place.Ocn),
        1 => place.Ocn.IsNone ? null : new LataOcn(default, place.Ocn),
        2 => place.Lata.IsNone ? null : new LataOcn(place.Lata, default),
        _ => default(LataOcn),
    };

    public override string ToString() => (Lata.IsNone, Ocn.IsNone) switch
    {
        (false, false) => $"LATA {Lata} and OCN {Ocn}",
        (true, false) => $"OCN {Ocn}",
        (false, true) => $"LATA {Lata}",
        _ => "any LATA and OCN",
    };
}
