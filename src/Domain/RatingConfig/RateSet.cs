namespace Perimeter.Domain;

/// <summary>The rates per minute of a row: one for all calls, or by jurisdiction. Null where the row carries none.</summary>
public readonly record struct RateSet(Rate? All, Rate? Interstate, Rate? Intrastate, Rate? Indeterminate, Rate? Local)
{
    public const int Count = 5;

    public Rate? this[int place] => place switch
    {
        0 => All,
        1 => Interstate,
        2 => Intrastate,
        3 => Indeterminate,
        _ => Local,
    };
}
