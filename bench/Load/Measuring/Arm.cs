namespace Perimeter.Load.Measuring;

/// <summary>One of the things measured in turns: what it does once, how many units that is, and what it took.</summary>
/// <param name="Round">Measures once, and returns nanoseconds of processor time per unit.</param>
internal sealed record Arm(string Name, Func<double> Round)
{
    public List<double> Rounds { get; } = [];

    public double Median => Result.Median(Rounds);

    /// <summary>Work of this process, repeated until a round is long enough for the clock.</summary>
    public static Arm Of(string name, long units, int times, Action work) => new(name, () => ProcessorTime.NanosecondsOf(work, times) / (times * (double)units));

    /// <summary>Runs all arms once in every round, one after another, so that what else happens on the machine meets all of them.</summary>
    /// <param name="warmRounds">Rounds that are not counted: the runtime compiles what is hot, caches fill.</param>
    public static void Alternate(IReadOnlyList<Arm> arms, int rounds, int warmRounds)
    {
        for (int round = -warmRounds; round < rounds; round++)
        {
            foreach (Arm arm in arms)
            {
                double taken = arm.Round();
                if (round >= 0)
                {
                    arm.Rounds.Add(taken);
                }
            }
        }
    }

    /// <summary>The median over the rounds of what this arm took for one of the other's.</summary>
    public double Over(Arm other) => Result.Median([.. Rounds.Zip(other.Rounds, static (mine, its) => mine / its)]);
}
