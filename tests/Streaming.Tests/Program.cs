using Xunit.Runner.InProc.SystemConsole;

namespace Perimeter.Streaming.Tests;

internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (Environment.GetEnvironmentVariable(CrashChild.FolderVariable) is string folder)
        {
            await CrashChild.RunAsync(folder);
            return 0;
        }

        if (Environment.GetEnvironmentVariable(KafkaChild.BootstrapVariable) is string bootstrap)
        {
            await KafkaChild.RunAsync(bootstrap);
            return 0;
        }

        return await ConsoleRunner.Run(args);
    }
}
