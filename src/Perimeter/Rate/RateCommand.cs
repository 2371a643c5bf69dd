using System.CommandLine;
using Perimeter.Config;

namespace Perimeter.Commands;

/// <summary><c>perimeter rate</c>: one deck, one file of calls (rating.md, "One-deck rating from the command line").</summary>
internal static class RateCommand
{
    public static Command Create()
    {
        var deck = new DeckOptions();
        Option<string> calls = new("--calls") { Description = "The calls: a CSV file, gzip too", HelpName = "CALLS.csv" };
        Option<string> output = new("--out") { Description = "Where the rated calls go; standard output where this is not given", HelpName = "FILE" };
        Command command = new("rate", Describe());
        command.Options.Add(calls);
        command.Options.Add(output);
        deck.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var errors = new List<string>();
            DeckRequest request = deck.Read(parsed, errors);
            if (parsed.GetValue(calls) is null)
            {
                errors.Add("--calls is missing: name the file of calls");
            }

            if (errors.Count > 0)
            {
                errors.ForEach(Console.Error.WriteLine);
                return Task.FromResult(RateRun.NothingRated);
            }

            var messages = new RateMessages(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
            var run = new RateRun(request, parsed.GetValue(calls)!, parsed.GetValue(output), messages);
            return Task.Run(() => run.Run(cancellationToken), cancellationToken);
        });
        return command;
    }

    private static string Describe() =>
        $"""
        Rates a file of calls by one deck.

        Output columns: call_id, outcome, code, destination, jurisdiction, seconds, billed_seconds, rate, charge.
        Exit status: 0; 1 some call rows were bad (each is told on standard error); 2 nothing was rated.

        Columns are found by their names, without case, spaces, underscores and hyphens.
        Deck: {Fields(DeckFields.Known)}.
        Calls: {Fields(CallColumns.Known)}.
        """;

    private static string Fields(IReadOnlyList<TableField> fields) =>
        string.Join("; ", fields.Select(field => field.Name + (field.Names.Count == 1 ? "" : $" (or {string.Join(", ", field.Names.Skip(1))})")));
}
