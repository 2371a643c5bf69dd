using System.CommandLine;

namespace Perimeter.Commands;

/// <summary>What the commands have in common that run one role until they are told to stop, or it fails.</summary>
internal static class RoleCommand
{
    public static Option<bool> NewCheck() =>
        new("--check") { Description = "Tell all that is wrong with the settings, and end. Exit status: 0 nothing is, 1 something" };

    /// <summary>Makes the command run the role.</summary>
    /// <param name="command">Given flags and an action.</param>
    /// <param name="role">What it runs.</param>
    /// <param name="settings">What can be set.</param>
    /// <param name="tell">What a person should know of it when it is up.</param>
    public static void Fill(Command command, InstanceRoles role, IEnumerable<Setting> settings, Func<Instance, InstanceOptions, IEnumerable<string>> tell)
    {
        OptionSet options = new(command, settings);
        Option<bool> check = NewCheck();
        command.Options.Add(check);
        command.SetAction((parsed, cancellationToken) =>
        {
            InstanceOptions instance = InstanceOptions.Read(options.Read(parsed), role);
            return parsed.GetValue(check) ? Checked() : RunAsync(instance, role, tell, cancellationToken);
        });
    }

    /// <summary>The settings could be read: that is all that was asked.</summary>
    public static Task<int> Checked()
    {
        Console.Out.WriteLine("The settings are good.");
        return Task.FromResult(0);
    }

    public static async Task<int> RunAsync(
        InstanceOptions options, InstanceRoles role, Func<Instance, InstanceOptions, IEnumerable<string>> tell, CancellationToken cancellationToken)
    {
        Instance instance = await Instance.StartAsync(options, role, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        await using (instance.ConfigureAwait(false))
        {
            foreach (string line in tell(instance, options))
            {
                await Console.Error.WriteLineAsync(line).ConfigureAwait(false);
            }

            await Console.Error.WriteLineAsync($"health      {instance.HttpAddress}/readyz, /healthz, /metrics").ConfigureAwait(false);
            await Console.Error.WriteLineAsync("Up. Ctrl-C ends it.").ConfigureAwait(false);
            await instance.FailureAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!instance.HasFailed)
            {
                await Console.Error.WriteLineAsync("Stopping: what is under way is ended or given back; the next start goes on from here.").ConfigureAwait(false);
            }

            return instance.HasFailed ? CommandException.Failed : 0;
        }
    }
}
