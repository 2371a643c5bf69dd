using System.CommandLine;

namespace Perimeter.Commands;

internal static class UpCommand
{
    public static Command Create()
    {
        Option<bool> sample = new("--sample") { Description = "Load the sample carrier and play sample calls through the switch edge; a second start goes on where it stopped" };
        Option<bool> exit = new("--exit") { Description = "End after the summary" };
        Command command = new("up", "Starts everything in one process on the embedded defaults: takes calls over HTTP, rates them, lands them in ClickHouse, and answers queries.");
        OptionSet options = new(
            command, Settings.Data, Settings.Bind, Settings.HttpPort, Settings.ClickHousePort, Settings.Partitions, Settings.HorizonHours, Settings.MaxKeys, Settings.LogRetentionHours,
            Settings.CallRetentionDays, Settings.Lanes, Settings.LandingDelayMs, Settings.SampleCalls);
        command.Options.Add(sample);
        command.Options.Add(exit);
        command.SetAction((parsed, cancellationToken) =>
        {
            SettingValues values = options.Read(parsed);
            int calls = values.Number(Settings.SampleCalls);
            if (values.Given([.. Settings.OfKafka, .. Settings.OfClickHouse]).ToArray() is { Length: > 0 } given)
            {
                values.AddWrong([
                    $"{string.Join(", ", given)}: 'perimeter up' runs everything in one process, on a log and a ClickHouse of its own, and would use neither Kafka nor a ClickHouse server. "
                    + "Take the setting away, or run the roles instead: perimeter config, ingest, rating-engine, aggregator (docs/operations.md)."]);
            }

            InstanceOptions instance = InstanceOptions.Read(values, InstanceRoles.All);
            return RunAsync(instance, parsed.GetValue(sample) ? Math.Max(1, calls) : 0, parsed.GetValue(exit), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(InstanceOptions options, int sampleCalls, bool exit, CancellationToken cancellationToken)
    {
        Instance instance = await Instance.StartAsync(options, InstanceRoles.All, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        await using (instance.ConfigureAwait(false))
        {
            Console.Error.WriteLine($"calls in    {instance.HttpAddress}/v1/calls");
            Console.Error.WriteLine($"ClickHouse  {instance.ClickHouseAddress}");
            if (instance.NewApiKey is { } key)
            {
                Console.Error.WriteLine($"API key     {key} (kept in {instance.Folder.ApiKey})");
            }

            try
            {
                if (sampleCalls > 0)
                {
                    await SampleRun.PlayAsync(instance, sampleCalls, cancellationToken).ConfigureAwait(false);
                }
                else if (instance.Revision == 0)
                {
                    Console.Error.WriteLine("There is no configuration yet, so calls are taken and wait. Load your carrier with 'perimeter config apply DIR', or see the sample with 'perimeter up --sample'.");
                }

                if (exit)
                {
                    if (sampleCalls == 0)
                    {
                        await instance.DrainAsync(new ProgressLine(TimeProvider.System, Console.Error, !Console.IsErrorRedirected), null, cancellationToken).ConfigureAwait(false);
                    }
                }
                else
                {
                    Console.Error.WriteLine("Up. Ctrl-C ends it.");
                    await instance.FailureAsync(cancellationToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                Console.Error.WriteLine("Stopping: what was taken is on disk; the next start goes on from here.");
            }

            return instance.HasFailed ? CommandException.Failed : 0;
        }
    }
}
