using Perimeter.Domain;
using Perimeter.Ingest;
using Perimeter.Ingest.Switches;
using Perimeter.Load.Measuring;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Load.Switches;

/// <summary>SW: records of every kind of switch read and checked, on one core; beside each the same calls in our own fields, by the reader of those.</summary>
internal static class SwitchBench
{
    private const string Id = "SW";
    private const int WarmRounds = 12;

    /// <summary>In one round.</summary>
    private const int Times = 2;

    /// <summary>Records of one append, as files are taken.</summary>
    private const int BatchRecords = 20_000;

    private delegate void BodyReader(ReadOnlySpan<byte> body, CallIntake intake);

    public static IReadOnlyList<Result> Run(BenchOptions options, TextWriter progress)
    {
        int records = options.Short ? 500 : BatchRecords;
        List<Result> results = [];
        foreach (SwitchKind kind in SwitchKind.All.Where(kind => kind.Type != SwitchType.Csv))
        {
            results.AddRange(Run(kind, records, options, progress));
        }

        return results;
    }

    private static Result[] Run(SwitchKind kind, int records, BenchOptions options, TextWriter progress)
    {
        SwitchRecords made = SwitchRecords.Of(kind.Name, records);
        SwitchConfig config = new(1, "switch-1", kind.Type) { TimeZone = "Europe/Riga", Key = SwitchRecords.Key };
        CallIntake intake = NewIntake(config);

        // A watcher opens all files of its switch by one reader of their kind.
        ISwitchFiles? files = kind.Files?.Invoke(config);
        Action own = IsPosted(kind) ? Bodies(kind.Bodies!(config).ReadBody, made, intake) : File(() => files!.Open(new MemoryStream(made.Whole), "file", new IngestLimits()), intake);
        (SwitchRecords each, byte[] whole) = OwnFields.Of(kind, config, made);
        CallIntake ours = NewIntake(config);
        JsonCallRecords json = new();
        Action generic = IsPosted(kind)
            ? Bodies(json.ReadBody, each, ours)
            : File(() => new CsvFileRecords(new CsvCallRecords(new Csv.CsvReader(new MemoryStream(whole), CsvCallRecords.OptionsFor(ours.Limits)), CallRecordMapping.None)), ours);
        Check(kind, intake, own, records);
        Check(kind, ours, generic, records);
        progress.WriteLine($"  {kind.Name}: {made.Whole.Length / records} bytes a record; in our own fields {(IsPosted(kind) ? each.Whole.Length : whole.Length) / records} as {(IsPosted(kind) ? "JSON" : "CSV")}");

        Arm adapter = Arm.Of(kind.Name, records, Times, own);
        Arm rival = Arm.Of($"{kind.Name}: the same calls in our own fields", records, Times, generic);
        Arm.Alternate([adapter, rival], options.Rounds, WarmRounds);
        long allocated = ProcessorTime.AllocatedBytesOf(own);
        return
        [
            Result.Of(Id, kind.Name, "k records/s/core", [.. adapter.Rounds.Select(static one => 1e6 / one)], rival.Over(adapter), ">= 0.5 of our own fields"),
            Result.Of(Id, rival.Name, "k records/s/core", [.. rival.Rounds.Select(static one => 1e6 / one)]),
            Result.Exact(Id, $"{kind.Name}: managed allocation", "bytes/record", allocated / (double)records),
        ];
    }

    /// <summary>What has both ways is measured by the one that it goes by.</summary>
    public static bool IsPosted(SwitchKind kind) => kind.Files is null || kind.Type == SwitchType.FreeSwitch;

    private static Action Bodies(BodyReader read, SwitchRecords bodies, CallIntake intake) => () => Take(intake, intake =>
    {
        for (int i = 0; i < bodies.Count; i++)
        {
            read(bodies[i], intake);
        }
    });

    private static Action File(Func<IFileRecords> open, CallIntake intake) => () =>
    {
        IFileRecords file = open();
        Take(intake, intake =>
        {
            while (file.ReadRecord(intake))
            {
            }
        });
    };

    private static void Take(CallIntake intake, Action<CallIntake> read)
    {
        intake.Begin("bench", FrameSource.None);
        read(intake);
    }

    private static CallIntake NewIntake(SwitchConfig config) => new(1, new IngestLimits(), TimeProvider.System, TimeZoneInfo.FindSystemTimeZoneById(config.TimeZone));

    private static void Check(SwitchKind kind, CallIntake intake, Action read, int records)
    {
        read();
        if (intake.Accepted != records || intake.Repeats > 0)
        {
            string fault = intake.Errors.Count > 0 ? $"{intake.Errors[0].Field} {intake.Errors[0].Reason}" : string.Join("; ", intake.PassedOver.Keys);
            throw new InvalidOperationException($"Of {records} records of {kind.Name}, {intake.Accepted} were taken, {intake.Repeats} of them repeats: {fault}.");
        }
    }
}
