namespace Perimeter.Domain;

/// <summary>
/// Which calling numbers a row of an origin-based deck is for: those that begin with <paramref name="Code"/>; those that are missing or invalid;
/// or, by default, every valid one that no longer origin is for.
/// </summary>
public readonly record struct RateOrigin(E164 Code, bool IsUnknown)
{
    public static RateOrigin Any => default;

    public static RateOrigin Unknown => new(default, IsUnknown: true);

    public bool IsAny => Code.IsNone && !IsUnknown;

    public static RateOrigin Of(E164 code) => new(code, IsUnknown: false);

    /// <summary>Whether a calling number may be rated by such a row.</summary>
    /// <param name="ani">None where it is missing or invalid.</param>
    public bool Takes(E164 ani) => ani.IsNone ? IsUnknown : !IsUnknown && (Code.IsNone || ani.StartsWith(Code));

    public override string ToString() => IsUnknown ? "unknown" : IsAny ? "any" : Code.ToString();
}
