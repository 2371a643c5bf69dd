using System.CommandLine;
using System.Runtime.InteropServices;
using Perimeter.Streaming;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

/// <summary>Runs one command line: signals end it cleanly, and what a person did or a machine lacks is a sentence, not a stack trace.</summary>
internal static class CommandLine
{
    /// <summary>128 + SIGINT, as shells count.</summary>
    private const int Interrupted = 130;

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        InvocationConfiguration configuration = new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        try
        {
            ParseResult parsed = root.Parse(args);
            int status = await parsed.InvokeAsync(configuration, stop.Token).ConfigureAwait(false);
            return parsed.Errors.Count > 0 && status != 0 ? CommandException.NothingDone : status;
        }
        catch (CommandException failure)
        {
            Console.Error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Interrupted;
        }
        catch (Exception failure) when (failure is WarehouseUnavailableException or ClickHouseException or LogDamagedException or LogFullException or LogInUseException or LogFailedException)
        {
            Console.Error.WriteLine(failure.Message);
            return CommandException.Failed;
        }

        void Stop(PosixSignalContext context)
        {
            // A second signal is the person's last word: the default, which ends the process, is as safe as kill -9.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
