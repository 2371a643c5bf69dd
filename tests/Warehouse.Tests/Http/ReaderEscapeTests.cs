using System.Globalization;
using System.Net;

namespace Perimeter.Warehouse.Tests.Http;

/// <summary>Every way out of the warehouse that is known, tried on the real engine. FILE is a file with a secret in it, OUT one that must not come to be.</summary>
public sealed class ReaderEscapeTests(EngineFixture fixture)
{
    private const string Secret = "TOPSECRET";

    public static TheoryData<string> Refused { get; } =
    [
        // Files read by functions.
        "SELECT file('FILE')", "SELECT `file`('FILE')", "SELECT \"file\"('FILE')", "SELECT file /* */ ('FILE')", "SELECT arrayMap(file, ['FILE'])",
        "SELECT arrayMap(x -> file(x), ['FILE'])", "SELECT * APPLY(file) FROM (SELECT 'FILE' AS a)", "SELECT * APPLY file FROM (SELECT 'FILE' AS a)",
        "SELECT COLUMNS('a') APPLY(file) FROM (SELECT 'FILE' AS a)", "WITH file('FILE') AS x SELECT x", "SELECT 1 WHERE file('FILE') != ''",
        "SELECT `\\x66ile`('FILE')", "SELECT /* ' */ file('FILE') /* ' */", "SELECT '\\'', file('FILE'), '\\''", "SELECT x'', file('FILE')",
        "SELECT 1 -- '\n, file('FILE') -- '", "SELECT /* /* */ ' */ */ file('FILE') --'", "SELECT $$ ' $$, file('FILE'), $$ ' $$",
        "SELECT 1 # '\n, file('FILE')", "SELECT 1 // '\n, file('FILE')", "SELECT ‘a’, file('FILE')",

        // Files as tables.
        "SELECT * FROM file('FILE')", "SELECT * FROM FILE('FILE', CSV)", "DESCRIBE file('FILE')", "DESC TABLE file('FILE')", "SELECT * FROM fileCluster('default', 'FILE')",
        "SELECT * FROM 'FILE'", "SELECT * FROM `FILE`", "SELECT * FROM \"FILE\"", "SELECT * FROM default.`FILE`", "SELECT * FROM numbers(1), 'FILE'",
        "SELECT * FROM numbers(1) AS n JOIN 'FILE' AS f ON 1 = 1", "SELECT * FROM numbers(1) AS n JOIN numbers(1) AS m ON n.number = m.number, 'FILE'",
        "FROM 'FILE' SELECT *", "SELECT * FROM (FROM 'FILE' SELECT *)", "SELECT * FROM ('FILE')", "SELECT * FROM (('FILE'))", "DESCRIBE 'FILE'", "DESCRIBE TABLE `FILE`",
        "EXISTS TABLE `FILE`", "EXISTS `FILE`", "SHOW CREATE TABLE `FILE`", "SELECT 1 IN `FILE`", "SELECT * FROM {path:Identifier}", "DESCRIBE {path:Identifier}",
        "EXISTS TABLE {path:Identifier}", "SELECT * FROM default.{path:Identifier}", "SELECT * FROM filesystem('FILE')", "SELECT * FROM sqlite('FILE', 't')",
        "SELECT * FROM icebergLocal('FILE')", "SELECT * FROM deltaLakeLocal('FILE')", "SELECT * FROM view(SELECT * FROM file('FILE'))",
        "SELECT * FROM merge(REGEXP('.*'), '.*'), file('FILE')", "SELECT 1 WHERE 1 IN (SELECT a FROM file('FILE'))", "EXPLAIN SELECT * FROM file('FILE')",
        "EXPLAIN TABLE OVERRIDE file('FILE') COLUMNS (a Int)", "SELECT catboostEvaluate('FILE', 1)",

        // Settings that would unlock it: in a subquery the engine lets them through.
        "SELECT * FROM (SELECT * FROM file('FILE') SETTINGS readonly = 0)", "SELECT * FROM (SELECT * FROM `FILE` SETTINGS readonly = 0)",
        "SELECT * FROM (SELECT getSetting('readonly') SETTINGS readonly = 0)", "WITH x AS (SELECT 1 SETTINGS readonly = 2) SELECT * FROM x",
        "SELECT * FROM (SELECT 1 SETTINGS max_threads = 8)", "SELECT * FROM (SELECT 1 settings\n`readonly` = 0)", "SELECT 1 AS a, (SELECT 1 SETTINGS readonly=0)",
        "SELECT 1 SETTINGS allow_ddl = 1", "SELECT 1 SETTINGS format_schema = 'FILE'", "SELECT 1 SETTINGS no_such_setting = 1", "SELECT 1 SETTINGS a.b = 1",
        "SELECT 1 SETTINGS allow_introspection_functions = 1", "SELECT 1 SETTINGS use_query_cache = 1",

        // The network.
        "SELECT * FROM url('http://127.0.0.1:9/', 'CSV', 'a String')", "DESCRIBE url('http://127.0.0.1:9/', 'CSV')", "SELECT * FROM s3('http://127.0.0.1:9/bucket/x', 'CSV', 'a String')",
        "SELECT * FROM gcs('http://127.0.0.1:9/bucket/x', 'CSV', 'a String')", "SELECT * FROM remote('127.0.0.1', system.one)", "SELECT * FROM remoteSecure('127.0.0.1', system.one)",
        "SELECT * FROM cluster('default', system.one)", "SELECT * FROM clusterAllReplicas('default', system.one)", "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
        "SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')", "SELECT * FROM mongodb('127.0.0.1:1', 'a', 'b', 'c', 'd', 'k String')", "SELECT * FROM redis('127.0.0.1:1', 'k', 'k String')",
        "SELECT * FROM hdfs('hdfs://127.0.0.1:1/x', 'CSV', 'a String')", "SELECT * FROM azureBlobStorage('http://127.0.0.1:9/', 'c', 'b', 'CSV')", "SELECT * FROM odbc('DSN=x', 'y')",
        "SELECT * FROM jdbc('x', 'y')", "SELECT * FROM ytsaurus('http://127.0.0.1:9', '//a', 'b', 'c String')", "SELECT hasColumnInTable('127.0.0.1:1', 'default', 't', 'a')",
        "SELECT aiGenerate('x', 'y')", "SELECT * FROM executable('x.sh', 'CSV', 'a String')", "SELECT * FROM dictionary('x')", "SELECT * FROM input('a String')",
        "SELECT * FROM Python(x)", "SELECT * FROM arrowstream('lane')", "SELECT * FROM ARROWSTREAM('lane')", "SELECT * FROM loop(readers_calls)",

        // Writing.
        "SELECT 1 INTO OUTFILE 'OUT'", "SELECT 1 INTO OUTFILE 'OUT' TRUNCATE FORMAT CSV", "(SELECT 1) INTO OUTFILE 'OUT'", "EXPLAIN SELECT 1 INTO OUTFILE 'OUT'", "SHOW TABLES INTO OUTFILE 'OUT'",
        "SELECT 1 INTO /* */ OUTFILE 'OUT'", "SELECT 1 into\noutfile 'OUT'", "DESCRIBE readers_calls INTO OUTFILE 'OUT'",
        "INSERT INTO readers_calls (id) VALUES (1)", "INSERT INTO readers_calls SELECT * FROM readers_calls", "INSERT INTO FUNCTION file('OUT') SELECT 1",
        "INSERT INTO readers_calls FROM INFILE 'FILE' FORMAT CSV", "WITH 1 AS x INSERT INTO readers_calls (id) SELECT x", "EXPLAIN INSERT INTO readers_calls (id) VALUES (1)",
        "CREATE TABLE escaped (a Int) ENGINE = Memory", "CREATE TEMPORARY TABLE escaped (a Int)", "CREATE TEMPORARY TABLE escaped (a String) ENGINE = File(CSV, 'FILE')", "CREATE VIEW escaped AS SELECT 1",
        "CREATE FUNCTION escaped AS x -> x", "CREATE NAMED COLLECTION escaped AS a = 'b'", "CREATE DATABASE escaped", "CREATE USER escaped",
        "CREATE DICTIONARY escaped (a Int) PRIMARY KEY a SOURCE(FILE(PATH 'FILE' FORMAT 'CSV')) LAYOUT(FLAT()) LIFETIME(1)", "DROP TABLE readers_calls", "TRUNCATE TABLE readers_calls",
        "ALTER TABLE readers_calls DELETE WHERE 1", "DELETE FROM readers_calls WHERE 1", "UPDATE readers_calls SET route = '' WHERE 1", "OPTIMIZE TABLE readers_calls", "RENAME TABLE readers_calls TO x",
        "EXCHANGE TABLES readers_calls AND x", "DETACH TABLE readers_calls", "ATTACH TABLE x", "UNDROP TABLE x", "BACKUP TABLE readers_calls TO File('OUT')", "RESTORE TABLE x FROM File('FILE')", "GRANT SELECT ON *.* TO default",

        // The process and its other queries.
        "SYSTEM STOP MERGES", "SYSTEM SHUTDOWN", "SYSTEM FLUSH LOGS", "KILL QUERY WHERE 1", "SET readonly = 0", "SET max_threads = 8", "USE system", "CHECK TABLE readers_calls", "WATCH readers_calls",
        "BEGIN TRANSACTION", "EXECUTE AS default SELECT 1", "SELECT addressToLine(toUInt64(1))", "SELECT showCertificate()", "SELECT 1 PARALLEL WITH SYSTEM STOP MERGES",

        // More than one statement.
        "SELECT 1; DROP TABLE readers_calls", "SELECT 1; SELECT 2", "; SELECT 1", "1 + 1", "",
    ];

    [Fact]
    public async Task No_way_out_of_the_warehouse_is_open()
    {
        await using ReaderServer server = await ReaderServer.StartAsync(fixture);
        string folder = Directory.CreateTempSubdirectory("perimeter-readers-").FullName;
        try
        {
            string file = Path.Combine(folder, "secret.csv");
            string outFile = Path.Combine(folder, "out.csv");
            await File.WriteAllTextAsync(file, $"a,b\n1,{Secret}\n", TestContext.Current.CancellationToken);

            // The engine remembers files that a connection of full rights has read, and then gives them to locked ones.
            using (ClickHouseConnection owner = fixture.Engine.Connect())
            {
                Assert.Contains(Secret, owner.QueryText($"SELECT * FROM `{file}`"), StringComparison.Ordinal);
            }

            List<string> open = [];
            foreach (TheoryDataRow<string> row in Refused)
            {
                string sql = row.Data.Replace("FILE'", file + "'", StringComparison.Ordinal).Replace("FILE`", file + "`", StringComparison.Ordinal)
                    .Replace("FILE\"", file + "\"", StringComparison.Ordinal).Replace("OUT'", outFile + "'", StringComparison.Ordinal);
                using HttpResponseMessage response = await server.PostAsync(sql, $"param_path={Uri.EscapeDataString(file)}");
                string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                if (response.IsSuccessStatusCode || text.Contains(Secret, StringComparison.Ordinal) || File.Exists(outFile))
                {
                    open.Add($"{sql} -> {(int)response.StatusCode} {text}");
                }

                int code = int.Parse(response.Headers.TryGetValues("X-ClickHouse-Exception-Code", out IEnumerable<string>? codes) ? codes.Single() : "0", CultureInfo.InvariantCulture);
                if (code is 0 or 1001 || response.StatusCode is HttpStatusCode.InternalServerError)
                {
                    open.Add($"{sql} -> refused by accident: {(int)response.StatusCode} {text}");
                }
            }

            Assert.Empty(open);
            Assert.Equal("1000\n", await server.TextAsync("SELECT count() FROM readers_calls"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
