using System.CommandLine;
using Perimeter.Commands;

RootCommand root = new("The money side of a wholesale voice carrier: takes call events, rates both sides of every call, and lands them in ClickHouse.");
foreach (Command command in CommandList.Create())
{
    root.Subcommands.Add(command);
}

return await CommandLine.RunAsync(root, args).ConfigureAwait(false);
