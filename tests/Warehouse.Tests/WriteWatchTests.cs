using System.Text;
using Perimeter.Harness;

namespace Perimeter.Warehouse.Tests;

/// <summary>The library passes over writes that fail: what it then takes for done must not be believed, and must not be there at the next start.</summary>
public sealed class WriteWatchTests(EngineFixture fixture)
{
    private const string Sums = "SELECT count(), sum(cityHash64(*)) FROM t";

    [Fact]
    public async Task A_merge_that_could_not_be_written_ends_the_engine_and_its_sources_are_back_at_the_next_start()
    {
        await using SmallDisk disk = await SmallDisk.MakeAsync(fixture);
        string before;
        using (EmbeddedClickHouse engine = disk.Open())
        {
            using ClickHouseConnection connection = engine.Connect();
            Insert(connection, parts: 20);
            before = connection.QueryText(Sums);
            disk.FailAWrite(() => connection.Execute("OPTIMIZE TABLE t FINAL"));
            Assert.Contains("could not write to", Assert.Throws<WarehouseUnavailableException>(() => connection.QueryText("SELECT 1")).Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, disk.SumsAfterRestart());
    }

    [Fact]
    public async Task An_insert_that_could_not_be_written_is_not_believed_and_not_there_at_the_next_start()
    {
        await using SmallDisk disk = await SmallDisk.MakeAsync(fixture);
        string before = "";
        using (EmbeddedClickHouse engine = disk.Open())
        {
            using ClickHouseConnection connection = engine.Connect();
            connection.Execute("SYSTEM STOP MERGES t");
            before = connection.QueryText(Sums);
            disk.FailAWrite(() =>
            {
                Insert(connection, parts: 1);
                before = connection.QueryText(Sums);
            });
        }

        Assert.Equal(before, disk.SumsAfterRestart());
    }

    [Fact]
    public async Task Definitions_of_tables_are_left_alone_on_a_full_disk()
    {
        await using SmallDisk disk = await SmallDisk.MakeAsync(fixture);
        using EmbeddedClickHouse engine = disk.Open();
        using ClickHouseConnection connection = engine.Connect();
        disk.Fill();
        var refused = Assert.Throws<ClickHouseException>(() => connection.Execute("CREATE OR REPLACE VIEW v AS SELECT 1"));
        Assert.True(refused.IsDiskFull, refused.Message);
        Assert.Null(disk.Failure);
        disk.MakeRoom();
        connection.Execute("CREATE OR REPLACE VIEW v AS SELECT 1");
    }

    [Fact]
    public async Task What_was_merged_is_kept_for_a_while()
    {
        await using SmallDisk disk = await SmallDisk.MakeAsync(fixture);
        using EmbeddedClickHouse engine = disk.Open();
        using ClickHouseConnection connection = engine.Connect();
        connection.Execute("CREATE TABLE plain (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS fsync_after_insert = 1");
        engine.KeepMergedParts();
        string[] settings = connection.QueryText("SELECT engine_full FROM system.tables WHERE name IN ('plain', 't') ORDER BY name", "TSVRaw").TrimEnd('\n').Split('\n');
        Assert.EndsWith("SETTINGS fsync_after_insert = 1, index_granularity = 8192, old_parts_lifetime = 60", settings[0], StringComparison.Ordinal);

        // Who has set it, has set it.
        Assert.Contains("old_parts_lifetime = 600", settings[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SELECT 1", true)]
    [InlineData("\n (select 1)", true)]
    [InlineData("WITH 1 AS a SELECT a", true)]
    [InlineData("SET max_threads = 1", true)]
    [InlineData("SELECTION", false)]
    [InlineData("INSERT INTO t SELECT 1", false)]
    [InlineData("-- SELECT\nCREATE TABLE t", false)]
    [InlineData("ALTER TABLE t", false)]
    [InlineData("", false)]
    public void What_is_not_known_to_read_alone_is_taken_to_write(string sql, bool reads) => Assert.Equal(reads, WriteWatch.OnlyReads(Encoding.UTF8.GetBytes(sql)));

    private static void Insert(ClickHouseConnection connection, int parts)
    {
        for (int i = 0; i < parts; i++)
        {
            connection.Execute("INSERT INTO t SELECT rand64(), randomPrintableASCII(100) FROM numbers(5000)");
        }
    }

    /// <summary>A disk with a table of an engine that leaves no room on it, and something that fills it.</summary>
    private sealed class SmallDisk : IAsyncDisposable
    {
        private const int Megabytes = 160;

        private readonly string _folder;
        private readonly Tmpfs _disk;
        private readonly string _filler;

        private SmallDisk(string folder, Tmpfs disk)
        {
            _folder = folder;
            _disk = disk;
            _filler = Path.Combine(folder, "filler");
        }

        /// <summary>What the engine said of a write that failed.</summary>
        public string? Failure { get; private set; }

        public static async Task<SmallDisk> MakeAsync(EngineFixture fixture)
        {
            EngineFixture.RequireLibrary();
            fixture.Close();
            string folder = Path.Combine(Path.GetTempPath(), $"perimeter-writes-{Guid.NewGuid():N}");
            SmallDisk disk = new(folder, await Tmpfs.MountAsync(folder, Megabytes));
            using EmbeddedClickHouse engine = disk.Open();
            using ClickHouseConnection connection = engine.Connect();
            connection.Execute("CREATE TABLE t (n UInt64, text String) ENGINE = MergeTree ORDER BY n SETTINGS old_parts_lifetime = 600");
            return disk;
        }

        public EmbeddedClickHouse Open() => EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions
        {
            DataFolder = Path.Combine(_folder, "clickhouse"), KeepFreeBytes = 0, WriteFailed = why => Failure = why,
        });

        /// <summary>Does it again and again while the disk is filled and emptied, until the engine has met a full one in the middle of a write.</summary>
        public void FailAWrite(Action write)
        {
            using Deadline deadline = new(TimeSpan.FromMinutes(2));
            using CancellationTokenSource enough = new();
            Task filling = Task.Run(() =>
            {
                while (!enough.IsCancellationRequested)
                {
                    Fill();
                    MakeRoom();
                }
            });
            bool isBelieved = true;
            while (isBelieved && !deadline.IsOver)
            {
                try
                {
                    write();
                }
                catch (ClickHouseException)
                {
                    // There was no room to begin with.
                }
                catch (WarehouseUnavailableException)
                {
                    isBelieved = false;
                }
            }

            enough.Cancel();
            filling.GetAwaiter().GetResult();
            Assert.False(isBelieved, "No write has failed in two minutes.");
            Assert.NotNull(Failure);
        }

        public void Fill() => Tmpfs.Fill(_filler);

        public void MakeRoom() => File.Delete(_filler);

        public string SumsAfterRestart()
        {
            Failure = null;
            using EmbeddedClickHouse engine = Open();
            Assert.Null(engine.Damage);
            using ClickHouseConnection connection = engine.Connect();
            Assert.Equal("0\n", connection.QueryText("SELECT count() FROM system.detached_parts"));
            return connection.QueryText(Sums);
        }

        public ValueTask DisposeAsync()
        {
            _disk.Dispose();
            Directory.Delete(_folder, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
