using System.CommandLine;
using Perimeter.Config;
using Perimeter.Ingest.Sample;

namespace Perimeter.Commands;

internal static class SampleCallsCommand
{
    private const int DefaultCalls = 10_000;

    public static Command Create()
    {
        Option<int> calls = new("--calls") { Description = "How many calls; attempts, repeats and broken records make more records", DefaultValueFactory = _ => DefaultCalls };
        Option<ulong> seed = new("--seed") { Description = "Another seed, other calls", DefaultValueFactory = _ => new SampleTrafficOptions { Calls = 1 }.Seed };
        Option<string> format = new("--format") { Description = "ndjson or csv", DefaultValueFactory = _ => "ndjson" };
        format.AcceptOnlyFromAmong("ndjson", "csv");
        Option<string> file = new("--out") { Description = "The file to write", Required = true };
        Command command = new("sample-calls", "Writes the sample's calls as a file, for trying out ingest. The same options always write the same bytes.");
        command.Options.Add(calls);
        command.Options.Add(seed);
        command.Options.Add(format);
        command.Options.Add(file);
        command.SetAction(parsed =>
        {
            CarrierFolder carrier = CarrierFolder.Read(SampleCarrier.Folder());
            SampleTraffic traffic = new(
                carrier.Config ?? throw new CommandException("The sample carrier cannot be read: " + string.Join(" ", carrier.Errors)),
                new SampleTrafficOptions { Calls = Math.Max(1, parsed.GetValue(calls)), Seed = parsed.GetValue(seed) });
            using FileStream output = File.Create(parsed.GetRequiredValue(file));
            long records = traffic.WriteFile(output, parsed.GetValue(format) == "csv" ? SampleFormat.Csv : SampleFormat.Ndjson);
            Console.Out.WriteLine($"{records} records in {output.Name}");
            return 0;
        });
        return command;
    }
}
