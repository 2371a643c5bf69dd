namespace Perimeter.Commands;

/// <summary>Runs one role until it is told to stop, or fails.</summary>
internal static class RoleRun
{
    public static async Task<int> RunAsync(InstanceOptions options, InstanceRoles role, Func<Instance, IEnumerable<string>> tell, CancellationToken cancellationToken)
    {
        Instance instance = await Instance.StartAsync(options, role, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        await using (instance.ConfigureAwait(false))
        {
            foreach (string line in tell(instance))
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
