using Perimeter.Config;

namespace Perimeter.Load.EndToEnd;

/// <summary>The carrier folder to rate by.</summary>
internal static class Carrier
{
    /// <exception cref="InvalidDataException">It has errors.</exception>
    public static CarrierFolder Read(BenchOptions options)
    {
        CarrierFolder carrier = CarrierFolder.Read(options.CarrierFolder ?? FindSample(), new(1));
        return carrier.Config is not null && carrier.Snapshot is not null
            ? carrier
            : throw new InvalidDataException(string.Join(Environment.NewLine, carrier.Errors));
    }

    private static string FindSample()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Perimeter.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder is null
            ? throw new DirectoryNotFoundException("The sample carrier is not beside this build: name a carrier folder with --carrier.")
            : Path.Combine(folder, "samples", "carrier");
    }
}
