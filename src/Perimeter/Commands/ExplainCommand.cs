using System.CommandLine;

namespace Perimeter.Commands;

internal static class ExplainCommand
{
    public static Command Create()
    {
        Option<string> call = new("--call") { Description = "A call that was rated, by its call_id: every attempt, by the configuration revision it was rated with, and its adjustments since" };
        Option<string> onSwitch = new("--switch") { Description = "The switch of --call, where several have a call of that id" };
        Option<bool> json = new("--json") { Description = "As JSON, for programs: one line for each attempt" };
        Command command = new("explain", "Tells why a call cost what it cost: a call that was rated (--call), or a call by one deck (--deck).");
        command.Options.Add(call);
        command.Options.Add(onSwitch);
        OptionSet options = new(command, Settings.Data);
        command.Options.Add(json);
        ExplainDeck deck = ExplainDeck.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(call) is not { } callId)
            {
                return deck.Run(parsed, parsed.GetValue(json));
            }

            IReadOnlyList<ExplainedCall> explained = await CallExplainer.ExplainAsync(
                options.DataFolder(parsed), callId, parsed.GetValue(onSwitch), cancellationToken).ConfigureAwait(false);
            foreach (ExplainedCall attempt in explained)
            {
                Console.Out.WriteLine(parsed.GetValue(json) ? attempt.RenderLine() : attempt.Render());
            }

            return 0;
        });
        return command;
    }
}
