using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Perimeter.Aggregator.Landing;
using Perimeter.Domain;
using Perimeter.Streaming;
using Perimeter.Warehouse;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Aggregator.RatedCalls;

/// <summary>
/// Keys looked up in <c>rated_calls</c>, over connections of its own. A row holds every input of rating as it was received, so the content that it was
/// rated from is made again and compared: nothing more need be stored.
/// </summary>
public sealed class LandedKeys : ILandedKeys, IDisposable
{
    /// <summary>Look-ups under way at once, over all partitions; the rest wait. Each takes a core from landing.</summary>
    private const int Connections = 2;

    /// <summary>Keys of one statement: 21 bytes each, and 1 MiB is the most that a statement may have.</summary>
    private const int MaxKeysOfStatement = 10_000;

    /// <summary>For more keys than these the index of hashes leaves nothing out: at one in a hundred, every granule seems to hold some of them.</summary>
    private const int MaxKeysForIndex = 50;

    // What a DateTime64 of an event may hold: 1970 to 2200.
    private const long LatestMs = 7_258_118_400_000;

    private const string LandedMonths = "SELECT toYYYYMM(min(landed_day)), toYYYYMM(max(landed_day)), count() FROM rated_calls";

    private static readonly string[] Sql = EmbeddedSql.Read("landed-keys.sql").Split("(KEYS)");

    private static readonly IReadOnlyList<QuerySetting> Settings = [new("max_threads", "1"), new("max_query_size", "1048576")];

    private readonly IWarehouse _warehouse;

    // Those of look-ups, which take long, and that of marks, which does not.
    private readonly Channel<IWarehouseConnection> _free = Channel.CreateBounded<IWarehouseConnection>(Connections);
    private readonly Channel<IWarehouseConnection> _marks = Channel.CreateBounded<IWarehouseConnection>(1);
    private readonly List<IWarehouseConnection> _all = [];

    public LandedKeys(IWarehouse warehouse)
    {
        _warehouse = warehouse;
        for (int i = 0; i < Connections; i++)
        {
            Open(_free);
        }

        Open(_marks);

        void Open(Channel<IWarehouseConnection> pool)
        {
            IWarehouseConnection connection = warehouse.Connect(Settings);
            _all.Add(connection);
            pool.Writer.TryWrite(connection);
        }
    }

    /// <inheritdoc/>
    public Task<bool> AnyBeforeAsync(long instantMs, CancellationToken cancellationToken) => AskSettledAsync(
        _marks,
        connection => connection.QueryText($"SELECT 1 FROM rated_calls WHERE received_at < fromUnixTimestamp64Milli({Math.Min(instantMs, LatestMs)}, 'UTC') LIMIT 1").Length > 0,
        cancellationToken);

    /// <inheritdoc/>
    public Task<ulong> LandedToAsync(ulong incarnation, int partition, CancellationToken cancellationToken) =>
        AskAsync(_marks, connection => RatedCallTable.ReadFurthest(connection, new LogPartition(incarnation, partition)), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<UInt128, UInt128>> FindAsync(IReadOnlyList<LandedKeyQuestion> questions, CancellationToken cancellationToken) =>
        AskSettledAsync<IReadOnlyDictionary<UInt128, UInt128>>(_free, connection => Find(connection, questions, cancellationToken), cancellationToken);

    public void Dispose()
    {
        foreach (IWarehouseConnection connection in _all)
        {
            connection.Dispose();
        }
    }

    /// <summary>
    /// First where rows of the same content must be, at the same ends, which are few granules of the table for events of one file. What is not found there is new or
    /// a conflict, and is looked for everywhere, a month of landing at a time, from the newest.
    /// </summary>
    private static Dictionary<UInt128, UInt128> Find(IWarehouseConnection connection, IReadOnlyList<LandedKeyQuestion> questions, CancellationToken cancellationToken)
    {
        Search search = new(connection);
        LandedKeyQuestion[] missing = [.. questions.DistinctBy(question => question.Key).OrderBy(question => question.EndMs)];
        foreach (LandedKeyQuestion[] some in missing.Chunk(MaxKeysOfStatement))
        {
            cancellationToken.ThrowIfCancellationRequested();
            search.Run(some, 0, uint.MaxValue, some[0].EndMs, some[^1].EndMs);
        }

        missing = search.StillMissing(missing);
        string[] months = connection.QueryText(LandedMonths).TrimEnd('\n').Split('\t');
        if (missing.Length == 0 || months[2] == "0")
        {
            return search.Found;
        }

        int first = Month(months[0]);
        for (int month = Month(months[1]); month >= first && missing.Length > 0; month = month % 100 == 1 ? month - 89 : month - 1)
        {
            foreach (LandedKeyQuestion[] some in missing.Chunk(MaxKeysOfStatement))
            {
                cancellationToken.ThrowIfCancellationRequested();
                search.Run(some, (uint)month, (uint)month, 0, LatestMs);
            }

            missing = search.StillMissing(missing);
        }

        return search.Found;
    }

    private static int Month(string yearAndMonth) => int.Parse(yearAndMonth, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>For answers of which "there is none" is one: what has landed must be on whichever server answers. Marks need none of it, being at worst behind.</summary>
    private Task<T> AskSettledAsync<T>(Channel<IWarehouseConnection> pool, Func<IWarehouseConnection, T> ask, CancellationToken cancellationToken) => AskAsync(
        pool,
        connection =>
        {
            _warehouse.Settle("rated_calls");
            return ask(connection);
        },
        cancellationToken);

    private static async Task<T> AskAsync<T>(Channel<IWarehouseConnection> pool, Func<IWarehouseConnection, T> ask, CancellationToken cancellationToken)
    {
        IWarehouseConnection connection = await pool.Reader.ReadAsync(cancellationToken);
        try
        {
            return await WarehouseThread.RunAsync(() => ask(connection), CancellationToken.None);
        }
        catch (ClickHouseException e)
        {
            throw new LandedKeysUnavailableException(e.Message, e);
        }
        finally
        {
            pool.Writer.TryWrite(connection);
        }
    }

    /// <summary>One set of questions, statement by statement.</summary>
    private sealed class Search(IWarehouseConnection connection)
    {
        private readonly NativeBlocks _blocks = new();
        private readonly CallEventBatch _events = new();
        private readonly HashSet<UInt128> _asked = [];
        private readonly Dictionary<UInt128, long> _receivedMs = [];

        public Dictionary<UInt128, UInt128> Found { get; } = [];

        public LandedKeyQuestion[] StillMissing(LandedKeyQuestion[] questions) => [.. questions.Where(question => !Found.ContainsKey(question.Key))];

        public void Run(LandedKeyQuestion[] questions, uint firstMonth, uint lastMonth, long firstEndMs, long lastEndMs)
        {
            var sql = new StringBuilder(Sql[0]).Append('(').AppendJoin(',', questions.Select(question => question.CallIdHash).Distinct()).Append(')').Append(Sql[1]);
            if (questions.Length > MaxKeysForIndex)
            {
                sql.Append("\nSETTINGS use_skip_indexes = 0");
            }

            _asked.Clear();
            _asked.UnionWith(questions.Select(question => question.Key));
            using IWarehouseStream stream = connection.StreamBlocks(
                Encoding.UTF8.GetBytes(sql.ToString()),
                [
                    new("first_month", Text(firstMonth)), new("last_month", Text(lastMonth)), new("first_end", Text(firstEndMs)), new("last_end", Text(lastEndMs)),
                ]);
            while (stream.Next() is { } piece)
            {
                using (piece)
                {
                    for (int at = 0; _blocks.TryRead(piece.Bytes, ref at, out NativeBlock block);)
                    {
                        Take(block);
                    }
                }
            }
        }

        private void Take(in NativeBlock block)
        {
            const int receivedAt = 13;
            LandedEvents.ReadInto(block, 0, _events);
            ReadOnlySpan<long> receivedMs = block.Numbers<long>(receivedAt);
            for (int row = 0; row < _events.Count; row++)
            {
                ref CallEvent one = ref _events[row];
                UInt128 key = CallKey.Hash(_events.Texts[one.SwitchId], _events.Texts[one.CallId], one.Attempt);
                if (_asked.Contains(key) && (!_receivedMs.TryGetValue(key, out long known) || receivedMs[row] < known))
                {
                    _receivedMs[key] = receivedMs[row];
                    Found[key] = CallKey.ContentHash(one, _events.Texts);
                }
            }
        }

        private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
