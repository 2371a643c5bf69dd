using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Perimeter.Load.Postgres;

/// <summary>
/// A PostgreSQL of our own on a scratch folder, reached by a socket in that folder: nothing listens on a port, and nothing of another cluster is touched.
/// Tuned for reading from memory by one connection; what would make it durable is off, since it only helps the rival.
/// </summary>
internal sealed class PostgresCluster : IDisposable
{
    private const string Superuser = "perimeter";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly PostgresPrograms _programs;
    private readonly string _folder;
    private readonly Process _postmaster;
    private readonly PosixSignalRegistration[] _signals;
    private readonly Lock _stopping = new();
    private bool _stopped;

    private PostgresCluster(PostgresPrograms programs, string folder, Process postmaster)
    {
        _programs = programs;
        _folder = folder;
        _postmaster = postmaster;

        // A bench that is interrupted leaves no server behind.
        _signals = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, _ => Stop()))];
    }

    /// <summary>Starts one with the extension, or says on <paramref name="progress"/> why there is none and returns null.</summary>
    public static PostgresCluster? TryStart(BenchOptions options, TextWriter progress)
    {
        if (options.Alone)
        {
            return null;
        }

        if (PostgresPrograms.TryFind(out string missing) is not { } programs)
        {
            progress.WriteLine($"  SKIPPED: the PostgreSQL arms. {missing}");
            return null;
        }

        // Beside the scratch folder of other arms, which is closed to other users.
        string folder = Path.Combine(options.ScratchFolder, $"perimeter-pg-{Guid.NewGuid().ToString("N")[..8]}");
        Directory.CreateDirectory(folder);
        try
        {
            programs.GiveTo(folder);
            string data = Path.Combine(folder, "data");
            programs.Run(programs.AsServer("initdb"), ["-D", data, "-U", Superuser, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"], []);
            File.WriteAllLines(Path.Combine(data, "postgresql.auto.conf"), EmbeddedSql.Read("postgres.conf").Split('\n'));
            Process postmaster = programs.Start(programs.AsServer("postgres"), ["-D", data, "-k", folder, "-c", "listen_addresses="]);
            var cluster = new PostgresCluster(programs, folder, postmaster);
            cluster.AwaitReady();
            cluster.Run(EmbeddedSql.Read("postgres-setup.sql"));
            return cluster;
        }
        catch (InvalidOperationException failure)
        {
            progress.WriteLine($"  SKIPPED: the PostgreSQL arms. The scratch server did not start: {failure.Message.Split('\n')[0]}");
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            return null;
        }
    }

    /// <summary>Runs a script in a session of its own and returns what it printed, line by line, the columns separated by "|".</summary>
    public string[] Run(string sql) => _programs.Run(_programs.Client, ClientArguments(), [sql]);

    /// <summary>Fills a table.</summary>
    /// <param name="lines">Rows in COPY's text format.</param>
    public void Copy(string table, IEnumerable<string> lines) => _programs.Run(_programs.Client, [.. ClientArguments(), "-c", $"COPY {table} FROM STDIN"], lines);

    /// <summary>Processor time of the server's process for one run of a query, after one that is not counted.</summary>
    /// <param name="file">Prints rows of which only the first is looked at.</param>
    /// <param name="answer">Its first row.</param>
    public double NanosecondsOf(string file, out string answer)
    {
        string query = EmbeddedSql.Read(file);
        string[] lines = Run($"SELECT bench.cpu_ms() AS before \\gset\n{query}\nSELECT bench.cpu_ms() - :before;\n");
        answer = lines[0];
        return double.Parse(lines[^1], CultureInfo.InvariantCulture) * 1e6;
    }

    public void Dispose()
    {
        Stop();
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _postmaster.Dispose();
    }

    /// <summary>Whoever comes second waits until the first is done: a signal and the query that it cut off meet here.</summary>
    private void Stop()
    {
        lock (_stopping)
        {
            if (_stopped)
            {
                return;
            }

            _stopped = true;
            if (!_postmaster.HasExited)
            {
                PostgresPrograms.Interrupt(_postmaster.Id);
                if (!_postmaster.WaitForExit(Patience))
                {
                    _postmaster.Kill();
                    _postmaster.WaitForExit();
                }
            }

            Directory.Delete(_folder, recursive: true);
        }
    }

    private string[] ClientArguments() => ["-h", _folder, "-U", Superuser, "-d", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1", "--no-psqlrc"];

    private void AwaitReady()
    {
        long began = Stopwatch.GetTimestamp();
        while (_programs.Try(_programs.Client, [.. ClientArguments(), "-c", "SELECT 1"], []).ExitCode != 0)
        {
            if (_postmaster.HasExited || Stopwatch.GetElapsedTime(began) > Patience)
            {
                string state = _postmaster.HasExited ? $"ended with status {_postmaster.ExitCode}" : $"did not answer within {Patience.TotalSeconds} s";
                Stop();
                throw new InvalidOperationException($"The scratch PostgreSQL {state}.");
            }

            _postmaster.WaitForExit(TimeSpan.FromMilliseconds(50));
        }
    }
}
