using System.Globalization;

namespace Perimeter.Load;

/// <summary>What to measure, and how.</summary>
internal sealed record LoadOptions
{
    public const int MinEvents = 10_000;
    public const int MaxRounds = 100;

    public const string Usage = """
        perimeter bench [--only B6a] [--events N] [--rounds N] [--frame-rows N] [--carrier DIR] [--scratch DIR] [--json FILE]

          --only ID         the measurements to make, separated by commas (B6a; bench/README.md tells what each is)
          --events N        events of the backlog (2000000)
          --rounds N        rounds; the arms alternate in each (5)
          --frame-rows N    events of one frame of the backlog (2000)
          --carrier DIR     the carrier folder to rate by (samples/carrier)
          --scratch DIR     where logs and databases are made; must be on a disk, not in memory (the system's temporary folder)
          --json FILE       writes the results as a list of {id, arm, value, unit, spread, ratio}
        """;

    public IReadOnlyList<string> Only { get; init; } = ["B6a"];

    public int Events { get; init; } = 2_000_000;

    public int Rounds { get; init; } = 5;

    public int FrameRows { get; init; } = 2_000;

    public string? CarrierFolder { get; init; }

    public string ScratchFolder { get; init; } = Path.GetTempPath();

    public string? JsonFile { get; init; }

    /// <exception cref="FormatException">An argument is unknown, or its value is wrong.</exception>
    public static LoadOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new LoadOptions();
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string name = arguments[i];
            string value = i + 1 < arguments.Count ? arguments[i + 1] : throw new FormatException($"{name} needs a value.");
            options = name switch
            {
                "--only" => options with { Only = Known(value.Split(',')) },
                "--events" => options with { Events = Number(name, value, MinEvents, int.MaxValue / 2) },
                "--rounds" => options with { Rounds = Number(name, value, 1, MaxRounds) },
                "--frame-rows" => options with { FrameRows = Number(name, value, 1, Domain.CallEventBatch.MaxRows) },
                "--carrier" => options with { CarrierFolder = value },
                "--scratch" => options with { ScratchFolder = value },
                "--json" => options with { JsonFile = value },
                _ => throw new FormatException($"'{name}' is no option."),
            };
        }

        return options;
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{name} is '{value}'; it must be a number from {least} to {most}.");

    private static string[] Known(string[] ids) =>
        ids.FirstOrDefault(id => id != B6a.Id) is { } unknown ? throw new FormatException($"'{unknown}' is no measurement; there is {B6a.Id}.") : ids;
}
