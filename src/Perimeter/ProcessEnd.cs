using System.Runtime.InteropServices;

namespace Perimeter.Commands;

/// <summary>The end of a process that must not do anything more: no handler runs and nothing is closed, as where it is killed.</summary>
internal static partial class ProcessEnd
{
    /// <param name="why">For people: what happened, and what to do.</param>
    public static void Now(string why)
    {
        Console.Error.WriteLine(why);
        Exit(CommandException.Failed);
    }

    [LibraryImport("libc", EntryPoint = "_exit")]
    private static partial void Exit(int status);
}
