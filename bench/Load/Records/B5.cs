using Perimeter.Domain;
using Perimeter.Load.Calls;
using Perimeter.Load.Data;
using Perimeter.Load.Measuring;
using Perimeter.Rating;

namespace Perimeter.Load.Records;

/// <summary>B5: from the bytes of a file of call records to rated columns, on one core; beside it CSV readers that read the same bytes and do nothing with them.</summary>
internal static class B5
{
    private const string Id = "B5";
    private const int WarmRounds = 4;

    public static IReadOnlyList<Result> Run(BenchOptions options, TextWriter progress)
    {
        int batches = options.Short ? 1 : 16;
        string[] codes = RatingData.DrawCodes(options.Short ? 5_000 : RatingData.RealCodes);
        RatingSnapshot snapshot = RatingData.Carrier(codes);
        CallSet calls = new(Enumerable.Range(0, batches).Select(n => RatingData.Calls(codes, RatingData.BatchRows, n)));
        byte[] file = RecordFile.Write(calls);
        progress.WriteLine($"  a file of {calls.Count:N0} records, {file.Length / (double)calls.Count:0} bytes each");

        RecordRating product = new(file, snapshot);
        Check(product, calls, snapshot);
        long fields = CsvReaders.Ours(file);
        if (CsvReaders.CsvHelper(file) != fields || CsvReaders.Sylvan(file) != fields || CsvReaders.CsvHelperTyped(file) != calls.Count)
        {
            throw new InvalidOperationException("The readers do not read the same.");
        }

        Arm whole = Arm.Of("CSV to rated columns: read, checked, both sides", calls.Count, 1, () => product.RateStraight(null));
        Arm byFrames = Arm.Of("the same by frames of the log, written and read", calls.Count, 1, () => product.RateByFrames(null));
        Arm checkedOnly = Arm.Of("of it, read and checked", calls.Count, 1, () => product.ReadAndCheck());
        Arm framed = Arm.Of("read, checked and framed", calls.Count, 1, () => product.Frame());
        Arm readOnly = Arm.Of("of it, fields read", calls.Count, 1, () => CsvReaders.Ours(file));
        Arm helper = Arm.Of("CsvHelper, fields as strings", calls.Count, 1, () => CsvReaders.CsvHelper(file));
        Arm typed = Arm.Of("CsvHelper, records with their times", calls.Count, 1, () => CsvReaders.CsvHelperTyped(file));
        Arm sylvan = Arm.Of("Sylvan, fields as spans", calls.Count, 1, () => CsvReaders.Sylvan(file));
        Arm.Alternate([whole, byFrames, framed, checkedOnly, readOnly, helper, typed, sylvan], options.Rounds, WarmRounds);
        long allocated = ProcessorTime.AllocatedBytesOf(() => product.RateStraight(null));
        return
        [
            Result.Of(Id, whole.Name, "M rows/s/core", [.. whole.Rounds.Select(static one => 1000 / one)], asked: "4 goal, 2.5 target, 1 floor"),
            Result.Of(Id, byFrames.Name, "M rows/s/core", [.. byFrames.Rounds.Select(static one => 1000 / one)], asked: "1 floor"),
            Of(whole, null, ""), Of(checkedOnly, null, ""), Of(readOnly, null, ""), Of(byFrames, null, ""), Of(framed, null, ""),
            Of(typed, typed.Over(whole), ">= 5 times ours"), Of(helper, helper.Over(whole), ""), Of(sylvan, sylvan.Over(whole), ""),
            Result.Exact(Id, "CSV to rated columns: managed allocation", "bytes/row", allocated / (double)calls.Count),
        ];
    }

    private static Result Of(Arm arm, double? ratio, string asked) => Result.Of(Id, arm.Name, "ns/row", arm.Rounds, ratio, asked);

    private static void Check(RecordRating product, CallSet calls, RatingSnapshot snapshot)
    {
        calls.Rate(snapshot);
        CallTotals straight = calls.Totals(calls.Count) with { Minutes = 0 };
        foreach (Action<Action<RatedCallBatch>> rate in (Action<Action<RatedCallBatch>>[])[product.RateStraight, product.RateByFrames])
        {
            CallTotals read = default;
            rate(batch =>
            {
                for (int i = 0; i < batch.Count; i++)
                {
                    read = read.With(batch.Events[i].IsAnswered, batch.A[i], batch.B[i]);
                }
            });
            if (read != straight)
            {
                throw new InvalidOperationException($"Read from CSV the calls come to {read}, and without it to {straight}.");
            }
        }
    }
}
