using System.Globalization;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>A Kamailio with the configuration that we ship, as it is, on a free port; started again it keeps port and log.</summary>
internal sealed class KamailioServer : IDisposable
{
    private readonly string _folder;
    private readonly List<string> _defines;
    private ToolProcess? _process;

    /// <param name="folder">For its files.</param>
    /// <param name="defines">As <c>-A</c> takes them.</param>
    public KamailioServer(string folder, IEnumerable<string> defines)
    {
        _folder = folder;
        Port = SipTools.FreePort();
        _defines = [string.Create(CultureInfo.InvariantCulture, $"LISTEN=udp:127.0.0.1:{Port}"), .. defines];
    }

    public int Port { get; }

    /// <summary>Its standard error, with the events.</summary>
    public string Log => Path.Combine(_folder, "log", "kamailio.log");

    /// <summary>Waits until it wrote so many lines with a text.</summary>
    public Task WroteAsync(string text, int lines) =>
        _process!.WaitUntilAsync($"{lines} lines hold {text}", () => File.ReadLines(Log).Count(line => line.Contains(text, StringComparison.Ordinal)) >= lines);

    public async Task StartAsync()
    {
        string[] arguments =
        [
            "-DD", "-E", "-f", Path.Combine(RepositoryFolders.Root, "deploy", "switches", "kamailio", "kamailio.cfg"), "-Y", _folder, "-P", Path.Combine(_folder, "kamailio.pid"), "-m", "64",
            .. _defines.SelectMany(define => (string[])["-A", define]),
        ];
        _process?.Dispose();
        _process = new ToolProcess(SipTools.Kamailio, arguments, Log);
        await _process.WaitUntilAsync("Kamailio listens", () => SipTools.IsBound(Port));
    }

    /// <summary>SIGKILL.</summary>
    public void Kill() => _process!.Kill();

    public Task StopAsync() => _process!.TerminateAsync();

    public void Dispose() => _process?.Dispose();
}
