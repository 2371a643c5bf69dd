using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Perimeter.Load.Postgres;

/// <summary>The programs of an installed PostgreSQL that has the prefix extension, and as whom the server runs: it refuses to run as root.</summary>
internal sealed partial class PostgresPrograms
{
    private const string Installations = "/usr/lib/postgresql";
    private const string Extensions = "/usr/share/postgresql/{0}/extension/prefix.control";
    private const string Install = "Install it with: apt-get install postgresql-15 postgresql-15-prefix";

    private static readonly string[] ServerUsers = ["postgres", "nobody"];

    private readonly string _folder;
    private readonly string? _user;

    private PostgresPrograms(string folder, string? user)
    {
        _folder = folder;
        _user = user;
    }

    public string[] Client => [Path.Combine(_folder, "psql")];

    /// <summary>A program of the server, as the user that it is to run as: setpriv becomes the program, so that its process is the program's.</summary>
    public string[] AsServer(string program) => _user is null
        ? [Path.Combine(_folder, program)]
        : ["setpriv", $"--reuid={_user}", $"--regid={GroupOf(_user)}", "--clear-groups", Path.Combine(_folder, program)];

    public static PostgresPrograms? TryFind(out string missing)
    {
        missing = "";
        string[] installed = Directory.Exists(Installations) ? [.. Directory.GetDirectories(Installations).Where(static folder => File.Exists(Path.Combine(folder, "bin", "initdb")))] : [];
        string? found = installed.OrderByDescending(VersionOf).FirstOrDefault(static folder => File.Exists(string.Format(CultureInfo.InvariantCulture, Extensions, Path.GetFileName(folder))));
        if (found is null)
        {
            missing = installed.Length == 0 ? $"There is no PostgreSQL server in {Installations}. {Install}" : $"The PostgreSQL server here lacks the extension prefix. {Install}";
            return null;
        }

        string? user = null;
        if (Environment.IsPrivilegedProcess)
        {
            user = ServerUsers.FirstOrDefault(static name => GroupOf(name) is not null);
            if (user is null)
            {
                missing = "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody to run it as.";
                return null;
            }
        }

        return new PostgresPrograms(Path.Combine(found, "bin"), user);
    }

    /// <summary>Lets the server write in a folder.</summary>
    public void GiveTo(string folder)
    {
        if (_user is not null)
        {
            Run(["chown"], [_user, folder], []);
        }
    }

    public Process Start(string[] command, string[] arguments)
    {
        var start = new ProcessStartInfo(command[0], [.. command[1..], .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        return process;
    }

    /// <exception cref="InvalidOperationException">The program failed; the message has what it said.</exception>
    public string[] Run(string[] command, string[] arguments, IEnumerable<string> input)
    {
        (int exitCode, string output, string errors) = Try(command, arguments, input);
        return exitCode == 0
            ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            : throw new InvalidOperationException($"{command[^1]} ended with status {exitCode}: {errors}");
    }

    public (int ExitCode, string Output, string Errors) Try(string[] command, string[] arguments, IEnumerable<string> input)
    {
        using Process process = Start(command, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        foreach (string line in input)
        {
            process.StandardInput.WriteLine(line);
        }

        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
    }

    /// <summary>SIGINT: the server ends its sessions and then itself.</summary>
    public static void Interrupt(int processId) => _ = Kill(processId, 2);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);

    private static int VersionOf(string folder) => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : 0;

    private static string? GroupOf(string user) =>
        File.ReadLines("/etc/passwd").Select(static line => line.Split(':')).FirstOrDefault(fields => fields[0] == user)?[3];
}
