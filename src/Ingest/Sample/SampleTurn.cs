namespace Perimeter.Ingest.Sample;

/// <summary>What is out of the ordinary about a call. Each gives an outcome of its own on one of the sides.</summary>
internal enum SampleTurn
{
    None, UnknownGroupA, InvalidNumberA, NoDeckA, NoCodeA, BlockedA, RefusedBeforeVendor, UnknownVendorTrunk, InvalidNumberB, NoDeckB,
    NoCodeB, BlockedB, Did, DidUnlisted, TollFree, OnNet, Transit, Forwarded, TollFreeOut, Local, Peered, Emergency,

    /// <summary>The call that goes on from a forwarded one; it is never drawn.</summary>
    Onward,
}

internal static class SampleTurns
{
    // Of 10,000 calls.
    private static readonly (SampleTurn Turn, int Share)[] Shares =
    [
        (SampleTurn.UnknownGroupA, 30), (SampleTurn.InvalidNumberA, 40), (SampleTurn.NoDeckA, 30), (SampleTurn.NoCodeA, 30),
        (SampleTurn.BlockedA, 30), (SampleTurn.RefusedBeforeVendor, 100), (SampleTurn.UnknownVendorTrunk, 20), (SampleTurn.InvalidNumberB, 20),
        (SampleTurn.NoDeckB, 25), (SampleTurn.NoCodeB, 25), (SampleTurn.BlockedB, 25), (SampleTurn.Did, 600),
        (SampleTurn.DidUnlisted, 20), (SampleTurn.TollFree, 300), (SampleTurn.OnNet, 100), (SampleTurn.Transit, 60), (SampleTurn.Forwarded, 120),
        (SampleTurn.TollFreeOut, 60), (SampleTurn.Local, 100), (SampleTurn.Peered, 120), (SampleTurn.Emergency, 10),
    ];

    public static SampleTurn Draw(ref SampleDice dice)
    {
        int drawn = dice.Below(10_000);
        foreach ((SampleTurn turn, int share) in Shares)
        {
            drawn -= share;
            if (drawn < 0)
            {
                return turn;
            }
        }

        return SampleTurn.None;
    }
}
