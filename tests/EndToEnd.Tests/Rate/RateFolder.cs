using System.Diagnostics;
using System.IO.Compression;
using System.Text;

namespace Perimeter.EndToEnd.Tests;

/// <summary>A folder with decks and calls, in which the built <c>perimeter</c> is run as a person would run it.</summary>
internal sealed class RateFolder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Folder { get; } = Directory.CreateTempSubdirectory("perimeter-rate-").FullName;

    private static string Executable { get; } = Environment.GetEnvironmentVariable("PERIMETER_EXE") is { Length: > 0 } given
        ? given
        : Path.Combine(RepositoryFolders.Root, "artifacts", "bin", "Perimeter", "release", "perimeter");

    public string this[string name] => Path.Combine(Folder, name);

    public void Write(string name, string content) => File.WriteAllText(this[name], content);

    public void WriteGzip(string name, params string[] members)
    {
        using FileStream file = File.Create(this[name]);
        foreach (string member in members)
        {
            using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
            gzip.Write(Encoding.UTF8.GetBytes(member));
        }
    }

    public async Task<RateResult> RunAsync(params string[] arguments)
    {
        Assert.SkipUnless(File.Exists(Executable), $"{Executable} is not built: build src/Perimeter in Release, or name one in PERIMETER_EXE.");
        var start = new ProcessStartInfo(Executable, arguments) { WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true };
        using var patience = new CancellationTokenSource(Patience);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
        Task<long> peak = WatchPeakAsync(process, patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return new RateResult(process.ExitCode, await output, await errors, await peak);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>The most memory that the process ever had, which the kernel keeps for as long as it lives; 0 where that cannot be read.</summary>
    private static async Task<long> WatchPeakAsync(Process process, CancellationToken cancellationToken)
    {
        long peakKb = 0;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (await tick.WaitForNextTickAsync(cancellationToken) && !process.HasExited && OperatingSystem.IsLinux())
        {
            try
            {
                string? line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
                peakKb = line is null ? peakKb : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }

        return peakKb;
    }
}

internal sealed record RateResult(int Status, string Output, string Errors, long PeakKb);
