using System.Globalization;

namespace Perimeter.Load;

/// <summary>What to measure, and how.</summary>
internal sealed record BenchOptions
{
    public const int MinEvents = 10_000;
    public const int MaxRounds = 100;

    public const string Usage = """
        perimeter bench [--only B1,B4] [--rounds N] [--short] [--json FILE]

        Measures, each beside its rivals in turns, and prints a table: the median of the rounds, the spread (largest less smallest, as a part of the median),
        and the ratio to a rival or of one, with what is asked of it. bench/README.md tells what each arm does.

          B1    longest prefix and date, digits to rate, 500,000 codes; PostgreSQL + prefix, Dictionary, a dependent load
          B2    memory for a code, for a dated version, for 250 decks; Dictionary
          B3    compile and swap a deck of 500,000 codes; sorting its keys; latency of batches while revisions are swapped
          B4    rating both sides in memory, with rollups; PostgreSQL + prefix, ClickHouse SQL
          B5    CSV of call records to rated columns; CsvHelper, Sylvan
          SW    records of each kind of switch, read and checked; the same calls in our own fields
          B6a   end to end and durable: log, deduplication, rating, ClickHouse; over the embedded log and over Kafka
          B6b   the same over Kafka, one call a message; Kafka Streams rating alone
          B6c   produced to queryable over Kafka, at half of B6a's load; bare produce to consume
          B7    re-rating what has landed, extrapolated to a billion calls; INSERT SELECT in ClickHouse

        What to measure
          --only IDS        some of them, separated by commas (all)
          --rounds N        rounds; the arms alternate in each (5)
          --short           small decks and few rounds: shows that everything runs and agrees, its figures mean little
          --alone           without PostgreSQL, SQL on ClickHouse and Kafka: the quick way while tuning
          --json FILE       writes the results as a list of {id, arm, value, unit, spread, ratio}
          --scratch DIR     where logs and databases are made; must be on a disk, not in memory (the system's temporary folder)

        B6a, B6b, B6c
          --events N        events of the backlog on the embedded log (2000000)
          --kafka-events N  events of each backlog on Kafka (1000000)
          --frame-rows N    events of one frame of a backlog (2000)
          --carrier DIR     the carrier folder to rate by, of B7 too (samples/carrier)

        B7
          --calls N         calls of the largest of its three sizes; the others are a fifth and a half of it (2000000)

        PostgreSQL is started on a scratch folder and stopped again; it needs the Debian packages postgresql-15 and postgresql-15-prefix, and its arms are left out,
        with a word, where they are missing. A Kafka broker is started on a scratch folder and stopped by the script 'cluster' of KAFKA_HOME; without it nothing is measured over
        Kafka, which is said. Kafka Streams is that of PERIMETER_SHARED/rivals.
          perimeter bench --only B1,B4                a minute or two
          perimeter bench --json results.json         everything, about fifteen minutes
        """;

    public IReadOnlyList<string> Only { get; init; } = [.. Bench.All.Select(static bench => bench.Id)];

    /// <summary>Small sizes, to see that everything runs.</summary>
    public bool Short { get; init; }

    /// <summary>Without the databases among the rivals.</summary>
    public bool Alone { get; init; }

    public int Events { get; init; } = 2_000_000;

    /// <summary>Of each of the backlogs over Kafka.</summary>
    public int KafkaEvents { get; init; } = 1_000_000;

    public int Calls { get; init; } = 2_000_000;

    public int Rounds { get; init; } = 5;

    public int FrameRows { get; init; } = 2_000;

    public string? CarrierFolder { get; init; }

    public string ScratchFolder { get; init; } = Path.GetTempPath();

    public string? JsonFile { get; init; }

    /// <exception cref="FormatException">An argument is unknown, or its value is wrong.</exception>
    public static BenchOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new BenchOptions();
        var left = new Queue<string>(arguments);
        while (left.TryDequeue(out string? name))
        {
            options = name == "--alone" ? options with { Alone = true } : name == "--short" ? options with { Short = true, Rounds = Math.Min(options.Rounds, 2), Events = MinEvents, KafkaEvents = MinEvents, Calls = MinEvents } : options.With(name, left);
        }

        return options;
    }

    private BenchOptions With(string name, Queue<string> left)
    {
        string Value() => left.TryDequeue(out string? value) ? value : throw new FormatException($"{name} needs a value.");
        return name switch
        {
            "--only" => this with { Only = Known(Value().Split(',')) },
            "--events" => this with { Events = Number(name, Value(), MinEvents, int.MaxValue / 2) },
            "--kafka-events" => this with { KafkaEvents = Number(name, Value(), MinEvents, int.MaxValue / 2) },
            "--rounds" => this with { Rounds = Number(name, Value(), 1, MaxRounds) },
            "--calls" => this with { Calls = Number(name, Value(), MinEvents, int.MaxValue / 2) },
            "--frame-rows" => this with { FrameRows = Number(name, Value(), 1, Domain.CallEventBatch.MaxRows) },
            "--carrier" => this with { CarrierFolder = Value() },
            "--scratch" => this with { ScratchFolder = Value() },
            "--json" => this with { JsonFile = Value() },
            _ => throw new FormatException($"'{name}' is no option."),
        };
    }

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most
            ? number
            : throw new FormatException($"{name} is '{value}'; it must be a number from {least} to {most}.");

    private static string[] Known(string[] ids) =>
        ids.FirstOrDefault(static id => Bench.All.All(bench => bench.Id != id)) is { } unknown
            ? throw new FormatException($"'{unknown}' is no measurement; there are {string.Join(", ", Bench.All.Select(static bench => bench.Id))}.")
            : ids;
}
