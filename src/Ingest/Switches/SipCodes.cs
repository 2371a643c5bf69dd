namespace Perimeter.Ingest.Switches;

/// <summary>The answer that stands for a cause of ISUP (Q.850): RFC 3398, 7.2.4.1, and 487 for a call that was cleared before it was answered.</summary>
internal static class SipCodes
{
    /// <returns>0 where none does.</returns>
    public static int OfCause(long cause) => cause switch
    {
        1 or 2 or 3 => 404,
        16 => 487,
        17 => 486,
        18 => 408,
        19 or 20 or 31 => 480,
        21 => 403,
        22 => 410,
        23 => 410,
        26 => 404,
        27 => 502,
        28 => 484,
        29 => 501,
        34 or 38 or 41 or 42 or 47 => 503,
        55 or 57 => 403,
        58 => 503,
        65 or 70 => 488,
        69 or 79 => 501,
        87 => 403,
        88 => 503,
        102 => 504,
        111 or 127 => 500,
        _ => 0,
    };
}
