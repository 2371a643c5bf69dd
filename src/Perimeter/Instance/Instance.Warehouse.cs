using System.Net;
using Perimeter.Aggregator.Landing;
using Perimeter.Domain;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Http;
using Perimeter.Warehouse.Schema;
using Perimeter.Warehouse.Server;

namespace Perimeter.Commands;

// What an instance does with ClickHouse beside landing: its schema, the names of ids, serving it, and dropping what is too old.
internal sealed partial class Instance
{
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromHours(6);
    private static readonly TimeSpan RetentionRetry = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan NamesRetry = TimeSpan.FromSeconds(5);

    // Lanes of several aggregators, their claims, and re-rating: each uses about one core while it runs.
    private const int WriterQueries = 32;

    /// <summary>Why the ClickHouse server cannot be reached; null while it can.</summary>
    private volatile string? _warehouseTrouble;

    /// <summary>Given when there are names to be written to a ClickHouse server.</summary>
    private readonly SemaphoreSlim _namesChanged = new(0);

    /// <summary>What the calls so far came to.</summary>
    public string Summarise()
    {
        using ClickHouseConnection connection = _engine!.Connect();
        return Summary.Read(connection);
    }

    /// <summary>The result of a statement of a command, in a format of ClickHouse.</summary>
    /// <exception cref="CommandException">This process has no ClickHouse, or it refused.</exception>
    public byte[] Query(QueryOrder order)
    {
        if (_warehouse is null)
        {
            throw new CommandException("This process has no ClickHouse: ask the aggregator or 'perimeter warehouse', by its --data.");
        }

        try
        {
            using IWarehouseConnection connection = _warehouse.Connect([new QuerySetting("max_threads", "1")]);
            using IWarehouseResult result = connection.Query(System.Text.Encoding.UTF8.GetBytes(order.Sql), order.Format, order.Parameters);
            return result.Bytes.ToArray();
        }
        catch (ClickHouseException failure)
        {
            throw new CommandException(failure.Message, inner: failure);
        }
    }

    private void OpenWarehouse()
    {
        if (_roles.HasEngine())
        {
            _warehouse = _engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = Folder.ClickHouse, WriteFailed = ProcessEnd.Now });
            _engine.RequireWhole();
            using ClickHouseConnection connection = _engine.Connect();
            try
            {
                WarehouseSchema.Migrate(connection);
                _engine.KeepMergedParts();
            }
            catch (ClickHouseException failure) when (failure.IsDiskFull)
            {
                throw DiskSpace.Full(Folder.ClickHouse, failure, $" ({failure.Message})");
            }
        }
        else if (_options.ClickHouse is { } server)
        {
            _warehouse = new ClickHouseServer(server.ToServer(_time));
            if (Has(InstanceRoles.Aggregator))
            {
                Run("writing of names", WriteNamesAsync);
                Run("check of ClickHouse", stop => CheckAsync(AskWarehouseAsync, trouble => _warehouseTrouble = trouble, stop));
            }
        }
    }

    private async Task ServeEngineAsync(CancellationToken cancellationToken)
    {
        IPEndPoint readers = new(IPAddress.Loopback, _options.ClickHousePort);
        _readers = await ListenAsync(_options.ClickHousePort, Settings.ClickHousePort, "127.0.0.1", () => ClickHouseHttp.StartAsync(
            _engine!, new ClickHouseHttpOptions { Address = readers }, cancellationToken)).ConfigureAwait(false);
        ClickHouseAddress = $"http://127.0.0.1:{_readers.Address.Port}";
        if (!Has(InstanceRoles.Warehouse))
        {
            return;
        }

        bool hadKey = File.Exists(Folder.WriterKey);
        string key = ReadKey(Folder.WriterKey);
        NewWriterKey = hadKey ? null : key;
        ClickHouseHttpOptions options = new()
        {
            Address = new IPEndPoint(IPAddress.Parse(_options.WriterBind), _options.WriterPort), Password = key, MaxConcurrentQueries = WriterQueries,
        };
        _writers = await ListenAsync(_options.WriterPort, Settings.WriterPort, _options.WriterBind, () => ClickHouseHttp.StartWriterAsync(
            _engine!, options, new WriterOptions { SpoolFolder = Folder.Inserts }, cancellationToken)).ConfigureAwait(false);
        WriterAddress = $"http://{_writers.Address}";
    }

    private void PublishNames(RatingConfig config)
    {
        if (_engine is not null)
        {
            using ClickHouseConnection connection = _engine.Connect();
            Names.Publish(connection, config);
        }
        else if (Has(InstanceRoles.Aggregator))
        {
            _namesChanged.Release();
        }
    }

    /// <summary>Writes the names of the configuration in use to the server whenever it changes; a server that is away gets them when it is back.</summary>
    private async Task WriteNamesAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await _namesChanged.WaitAsync(cancellationToken).ConfigureAwait(false);
            while (!TryWriteNames())
            {
                await Task.Delay(NamesRetry, _time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private bool TryWriteNames()
    {
        try
        {
            using IWarehouseConnection connection = _warehouse!.Connect([]);
            WarehouseSchema.Migrate(connection);
            Names.Publish(connection, Config!);
            return true;
        }
        catch (ClickHouseException)
        {
            // Landing, which needs the same server, tells why it waits.
            return false;
        }
    }

    /// <summary>Landing notices a server that is away when it has something to land; whoever asks how this process is should hear of it before.</summary>
    private async Task AskWarehouseAsync()
    {
        using IWarehouseConnection connection = _warehouse!.Connect([]);
        await WarehouseThread.RunAsync(() => connection.QueryText("SELECT 1")).ConfigureAwait(false);
    }

    /// <summary>Drops the months of rated calls that lie wholly before the retention.</summary>
    private async Task DropOldCallsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan wait = RetentionInterval;
            DateOnly oldest = DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime.AddDays(-_options.CallRetentionDays));
            try
            {
                using IWarehouseConnection connection = _warehouse!.Connect([]);
                CallRetention.DropBefore(connection, IncarnationOf, oldest);
            }
            catch (ClickHouseException failure)
            {
                // Too much is kept, and nothing is lost: no reason to stop anything.
                wait = RetentionRetry;
                await Console.Error.WriteLineAsync($"Old calls could not be dropped, which is tried again in {wait.TotalMinutes:0} minutes: {failure.Message}").ConfigureAwait(false);
            }

            await Task.Delay(wait, _time, cancellationToken).ConfigureAwait(false);
        }
    }
}
