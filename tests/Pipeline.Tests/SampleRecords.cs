using System.Globalization;
using System.Numerics;
using Perimeter.Harness;
using Perimeter.Oracle;

namespace Perimeter.Pipeline.Tests;

/// <summary>Records as a switch sends them, and what they must come to by a computation that shares no code with the product.</summary>
internal sealed class SampleRecords
{
    private SampleRecords(IReadOnlyList<string> lines) => Lines = lines;

    public static string CarrierFolder { get; } = Path.Combine(PerimeterProcess.RepositoryRoot, "samples", "carrier");

    private static Lazy<CarrierOracle> SampleOracle { get; } = new(() => CarrierOracle.Open(CarrierFolder, Path.Combine(PerimeterProcess.RepositoryRoot, "samples", "data")));

    public IReadOnlyList<string> Lines { get; }

    public static async Task<SampleRecords> MakeAsync(int calls, int seed)
    {
        using ScratchFolder scratch = new();
        (int exitCode, _, string errors) = await PerimeterProcess.RunAsync(
            ["sample-calls", "--calls", $"{calls}", "--seed", $"{seed}", "--out", scratch["calls.ndjson"]]);
        Assert.True(exitCode == 0, errors);
        return new SampleRecords(await File.ReadAllLinesAsync(scratch["calls.ndjson"], TestContext.Current.CancellationToken));
    }

    /// <summary>The records that can be taken: without those that the quarantine is for.</summary>
    public SampleRecords WithoutPoison() =>
        new([.. RecordReader.Read(new StringReader(string.Join('\n', Lines))).Zip(Lines).Where(read => read.First.Record is not null).Select(read => read.Second)]);

    public SampleRecords Part(int from, int to) => new([.. Lines.Skip(from).Take(to - from)]);

    /// <summary>
    /// Batches in order, where each but the first begins with some records of the one before, as a switch does that is not sure of its last words.
    /// A record with broken content is not sent again: the quarantine would rightly show it twice.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> Batches(int size, Random random)
    {
        List<IReadOnlyList<string>> batches = [];
        string[] before = [];
        foreach (string[] chunk in Lines.Chunk(size))
        {
            batches.Add([.. before.Where(_ => random.Next(8) == 0).Order(Comparer<string>.Create((a, b) => Array.IndexOf(before, a) - Array.IndexOf(before, b))), .. chunk]);
            before = chunk;
        }

        return batches;
    }

    /// <summary>The lines that are no records that can be taken, each once, in order.</summary>
    public IReadOnlyList<string> ExpectedPoison() =>
        [.. RecordReader.Read(new StringReader(string.Join('\n', Lines))).Zip(Lines).Where(read => read.First.Record is null).Select(read => read.Second).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>How many records have the key of another and say something else.</summary>
    public long ExpectedConflicts { get; private set; }

    /// <summary>One line for each row that rated_calls must hold, in order.</summary>
    public IReadOnlyList<string> ExpectedRows()
    {
        List<string> rows = [];
        OracleReport report = SampleOracle.Value.Rate(RecordReader.Read(new StringReader(string.Join('\n', Lines))), attempt => rows.Add(string.Join('|',
            attempt.Record.SwitchId, attempt.Record.CallId, attempt.Record.Attempt, Side(attempt.A), Side(attempt.B))));
        ExpectedConflicts = report.Conflicts;
        rows.Sort(StringComparer.Ordinal);
        return rows;
    }

    /// <summary>What lies in ClickHouse, in the same shape.</summary>
    /// <param name="query">Asks it.</param>
    /// <param name="callIdEnd">Of some calls alone: what their ids end with, which the oracle's do not.</param>
    public static async Task<IReadOnlyList<string>> LandedRowsAsync(Query query, string callIdEnd = "")
    {
        IReadOnlyList<string[]> rows = await query(
            $"SELECT switch_id, substring(call_id, 1, length(call_id) - {callIdEnd.Length}), attempt, outcome_a, code_a, billed_seconds_a, charge_a, outcome_b, code_b, billed_seconds_b, charge_b "
            + $"FROM rated_calls WHERE endsWith(call_id, '{callIdEnd}')");
        List<string> lines = [.. rows.Select(row => string.Join('|', row[0], row[1], row[2], Side(row, 3), Side(row, 7)))];
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    // The code of an attempt that advanced is not charged by and left out of the comparison: the oracle does not look for it.
    private static string Side(SideResult side) => $"{side.Outcome} {(side.Outcome == "Advanced" ? "" : side.Code)} {side.BilledSeconds} {Decimal(side.ChargeNanos)}";

    private static string Side(string[] row, int first) =>
        $"{row[first]} {(row[first] == "Advanced" ? "" : row[first + 1])} {row[first + 2]} {decimal.Parse(row[first + 3], CultureInfo.InvariantCulture).ToString("0.#########", CultureInfo.InvariantCulture)}";

    private static string Decimal(BigInteger nanos) => ((decimal)nanos / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture);
}
