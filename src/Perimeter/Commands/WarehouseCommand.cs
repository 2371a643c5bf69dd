using System.CommandLine;
using System.Net;
using Perimeter.Ingest;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Http;
using Perimeter.Warehouse.Schema;

namespace Perimeter.Commands;

/// <summary>The role that hosts the embedded engine for processes that land from elsewhere, where there is no ClickHouse server.</summary>
internal static class WarehouseCommand
{
    private const int DefaultWriterPort = 8124;

    // Lanes of several aggregators, their claims, and re-rating: each uses about one core while it runs.
    private const int WriterQueries = 32;

    public static Command Create()
    {
        OptionSet options = new();
        Option<int> readerPort = OptionSet.Number("--clickhouse-port", "ClickHousePort", InstanceOptions.DefaultClickHousePort, "Port for readers, on 127.0.0.1; 0 picks a free one");
        Option<int> writerPort = OptionSet.Number("--writer-port", "WriterPort", DefaultWriterPort, "Port for aggregators, which write with the key; 0 picks a free one");
        Option<string> writerBind = OptionSet.Text("--writer-bind", "WriterBind", "127.0.0.1", "Address of the writer's port. The key goes over it as it is: another one than 127.0.0.1 belongs behind TLS or in a network of your own");
        Command command = new("warehouse", "Hosts ClickHouse's embedded engine: for readers as 'up' does, and for aggregators in other processes, who write with a key.");
        options.AddDataTo(command);
        command.Options.Add(readerPort);
        command.Options.Add(writerPort);
        command.Options.Add(writerBind);
        command.SetAction((parsed, cancellationToken) => RunAsync(
            options.DataFolder(parsed), parsed.GetValue(readerPort), parsed.GetValue(writerPort), parsed.GetRequiredValue(writerBind), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string data, int readerPort, int writerPort, string writerBind, CancellationToken cancellationToken)
    {
        (IPEndPoint readers, IPEndPoint writers) = Check(readerPort, writerPort, writerBind);
        using DataFolder folder = DataFolder.Take(data);
        bool hadKey = File.Exists(folder.WriterKey);
        string key = ReadKey(folder);

        // Disposed before the process ends, as everything on top of it before that: an exit that leaves the engine open hangs for minutes.
        using EmbeddedClickHouse engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = folder.ClickHouse });
        engine.RequireWhole();
        using (ClickHouseConnection connection = engine.Connect())
        {
            WarehouseSchema.Migrate(connection);
        }

        try
        {
            await using ClickHouseHttp read = await ClickHouseHttp.StartAsync(engine, new ClickHouseHttpOptions { Address = readers }, cancellationToken);
            await using ClickHouseHttp write = await ClickHouseHttp.StartWriterAsync(
                engine, new ClickHouseHttpOptions { Address = writers, Password = key, MaxConcurrentQueries = WriterQueries },
                new WriterOptions { SpoolFolder = folder.Inserts }, cancellationToken);
            Console.Error.WriteLine($"readers     http://{read.Address}");
            Console.Error.WriteLine($"writers     http://{write.Address} (user {WriterOptions.User})");
            if (!hadKey)
            {
                Console.Error.WriteLine($"writer key  {key} (kept in {folder.WriterKey})");
            }

            Console.Error.WriteLine("Up. Ctrl-C ends it.");
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            Console.Error.WriteLine("Stopping: statements under way are ended; what they did not land, their senders land again.");
            return 0;
        }
        catch (IOException failure)
        {
            throw new CommandException($"{failure.Message} (--clickhouse-port, --writer-port, --writer-bind)", inner: failure);
        }
    }

    private static (IPEndPoint Readers, IPEndPoint Writers) Check(int readerPort, int writerPort, string writerBind)
    {
        List<string> wrong = [];
        foreach ((string option, int port) in ((string, int)[])[("--clickhouse-port", readerPort), ("--writer-port", writerPort)])
        {
            if (port is < 0 or > 65_535)
            {
                wrong.Add($"{option} {port}: must be from 0 to 65535.");
            }
        }

        if (!IPAddress.TryParse(writerBind, out IPAddress? address))
        {
            wrong.Add($"--writer-bind {writerBind}: not an IP address.");
        }

        if (writerPort != 0 && writerPort == readerPort)
        {
            wrong.Add($"--clickhouse-port and --writer-port are both {writerPort}: give them different ports.");
        }

        return wrong.Count == 0
            ? (new IPEndPoint(IPAddress.Loopback, readerPort), new IPEndPoint(address!, writerPort))
            : throw new CommandException(string.Join(Environment.NewLine, wrong));
    }

    private static string ReadKey(DataFolder folder)
    {
        try
        {
            return ApiKeyFile.ReadOrCreate(folder.Path, Path.GetFileName(folder.WriterKey));
        }
        catch (InvalidDataException failure)
        {
            throw new CommandException(failure.Message, inner: failure);
        }
    }
}
