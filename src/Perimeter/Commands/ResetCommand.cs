using System.CommandLine;

namespace Perimeter.Commands;

internal static class ResetCommand
{
    public static Command Create()
    {
        Option<bool> yes = new("--yes") { Description = "Do not ask" };
        Command command = new("reset", "Empties a data folder: every call, every charge, every configuration revision and the API key in it are gone.");
        OptionSet options = new(command, Settings.Data);
        command.Options.Add(yes);
        command.SetAction(parsed => Reset(options.DataFolder(parsed), parsed.GetValue(yes)));
        return command;
    }

    private static int Reset(string dataFolder, bool yes)
    {
        DataFolder look = DataFolder.Look(dataFolder);
        if (!look.IsOurs)
        {
            throw new CommandException(look.IsEmpty
                ? $"{look.Path} is empty already."
                : $"{look.Path} is not a data folder of Perimeter: nothing was touched.");
        }

        if (!yes)
        {
            if (Console.IsInputRedirected)
            {
                throw new CommandException($"Emptying {look.Path} has to be confirmed: answer at a terminal, or give --yes.");
            }

            Console.Out.Write($"This deletes every call, charge and configuration revision in {look.Path}. Type 'reset' to go on: ");
            if (Console.In.ReadLine() != "reset")
            {
                throw new CommandException("Nothing was deleted.");
            }
        }

        // Said first and taken back last: what a reset that was cut short has left is no data, and nothing may start on it.
        using DataFolder taken = DataFolder.Take(dataFolder, resetting: true);
        File.WriteAllText(taken.ResetMark, "A reset began here and has not ended. Run 'perimeter reset' again.\n");
        foreach (string folder in Directory.EnumerateDirectories(taken.Path))
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (string file in Directory.EnumerateFiles(taken.Path).Where(file => file != taken.ResetMark && !taken.IsItsOwn(file)))
        {
            File.Delete(file);
        }

        File.Delete(taken.ResetMark);

        Console.Out.WriteLine($"{taken.Path} is empty.");
        return 0;
    }
}
