using System.Diagnostics;
using System.Globalization;
using System.Text;
using Perimeter.Aggregator.RatedCalls;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Aggregator.Tests;

/// <summary>How long it takes to tell the keys of a large file, with the figure printed; run by './perimeter test --chaos'.</summary>
public sealed class LandedKeysSpeedTests(EngineFixture fixture, ITestOutputHelper output)
{
    private const long Rows = 20_000_000;
    private const int RowsOfInsert = 1_000_000;

    /// <summary>As many as a unit of work has, give or take.</summary>
    private const int Batch = 10_000;

    [Fact]
    public async Task A_million_keys_of_one_day_among_twenty_million_calls_are_told_in_useful_time()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("PERIMETER_CHAOS") == "1", "Lands 20 million calls: run by './perimeter test --chaos'.");
        EmbeddedClickHouse engine = fixture.Empty();
        byte[] sql = Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "landed-calls-of-days.sql"), TestContext.Current.CancellationToken));
        using ClickHouseConnection connection = engine.Connect();
        for (long from = 0; from < Rows; from += RowsOfInsert)
        {
            connection.Query(
                sql, "Null",
                [new("end_ms", Text(RandomCalls.BaseMs)), new("rows", Text(Rows)), new("from", Text(from)), new("count", Text(RowsOfInsert))]).Dispose();
        }

        using var keys = new LandedKeys(engine);
        output.WriteLine($"landed before, by end: {await MeasureAsync(keys, 1_000_000, 0, Batch):N0} keys a second");
        output.WriteLine($"landed before, in no order: {await MeasureAsync(keys, 200_000, 0, Batch, shuffled: true):N0} keys a second");
        output.WriteLine($"new: {await MeasureAsync(keys, 0, 200_000, Batch):N0} keys a second");
        output.WriteLine($"landed before, one at a time: {await MeasureAsync(keys, 200, 0, 1):N0} keys a second");
    }

    private static async Task<double> MeasureAsync(LandedKeys keys, int landed, int missing, int batch, bool shuffled = false)
    {
        long[] numbers = [.. Enumerable.Range(0, landed).Select(n => Rows / 20 + n), .. Enumerable.Range(0, missing).Select(n => Rows + n)];
        if (shuffled)
        {
            new Random(1).Shuffle(numbers);
        }

        LandedKeyQuestion[] questions = [.. numbers.Select(Question)];
        int found = 0;
        long began = Stopwatch.GetTimestamp();
        foreach (LandedKeyQuestion[] some in questions.Chunk(batch))
        {
            found += (await keys.FindAsync(some, TestContext.Current.CancellationToken)).Count;
        }

        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        Assert.Equal(landed, found);
        return questions.Length / seconds;
    }

    private static LandedKeyQuestion Question(long number)
    {
        byte[] id = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"call-{number}"));
        return new LandedKeyQuestion(CallKey.Hash("sw1"u8, id, 1), CallKey.CallIdHash(id), RandomCalls.BaseMs - (864_000_000 * number / Rows));
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
