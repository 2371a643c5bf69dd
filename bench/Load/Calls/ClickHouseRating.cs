using Perimeter.Domain;
using Perimeter.Load.Measuring;
using Perimeter.Warehouse;

namespace Perimeter.Load.Calls;

/// <summary>The same rating of the same calls as SQL on the embedded ClickHouse, in three forms. One thread, so that what it takes is that of one core.</summary>
internal sealed class ClickHouseRating : IDisposable
{
    private readonly EmbeddedClickHouse _engine;
    private readonly ClickHouseConnection _connection;
    private readonly string _folder;
    private readonly string _expected;
    private readonly int _calls;

    /// <param name="calls">Rated already.</param>
    public ClickHouseRating(BenchOptions options, RatingConfig carrier, CallSet calls)
    {
        _folder = Path.Combine(options.ScratchFolder, $"perimeter-ch-{Guid.NewGuid():N}");
        _calls = calls.Count;
        _expected = calls.Totals(_calls).ToText('\t');
        _engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = _folder, MaxMemoryBytes = 8L << 30 });
        _connection = _engine.Connect();
        Execute("b4-clickhouse-tables.sql");
        Fill("bench.calls", CallRows.Of(calls));
        Fill("bench.codes", CallRows.Timelines(CallRows.InternationalDeck(carrier, Relation.Customer), CallRows.InternationalDeck(carrier, Relation.Vendor)));
        Execute("b4-clickhouse-forms.sql");
    }

    public Arm[] Arms() =>
    [
        Of("ClickHouse SQL: ip_trie over digits, timelines in arrays", "b4-clickhouse-trie.sql"),
        Of("ClickHouse SQL: ip_trie over digits, ASOF", "b4-clickhouse-trie-asof.sql"),
        Of("ClickHouse SQL: prefixes exploded, hash join, ASOF", "b4-clickhouse-explode.sql"),
    ];

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private Arm Of(string name, string file)
    {
        string query = EmbeddedSql.Read(file);
        return new Arm(name, () =>
        {
            string answer = "";
            double nanoseconds = ProcessorTime.NanosecondsOf(() => answer = _connection.QueryText(query).Trim());
            return answer == _expected ? nanoseconds / _calls : throw new InvalidOperationException($"{file} comes to {answer}, ours to {_expected}.");
        });
    }

    private void Execute(string file)
    {
        foreach (string statement in EmbeddedSql.Statements(file))
        {
            _connection.Execute(statement);
        }
    }

    private void Fill(string table, IEnumerable<string> lines)
    {
        string file = Path.Combine(_folder, $"{table}.tsv");
        File.WriteAllLines(file, lines);
        _connection.Execute($"INSERT INTO {table} SELECT * FROM file('{file}', 'TSV')");
        File.Delete(file);
    }
}
