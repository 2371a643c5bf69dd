namespace Perimeter.Commands;

/// <summary>A command cannot do what it was asked: the message says what, where, why and what to do, and is all that a person sees.</summary>
public sealed class CommandException(string message, int exitCode = CommandException.Failed, Exception? inner = null) : Exception(message, inner)
{
    public const int Failed = 1;
    public const int NothingDone = 2;

    public int ExitCode { get; } = exitCode;
}
