namespace Perimeter.Commands;

/// <summary>Finds the sample carrier that comes with the program.</summary>
internal static class SampleCarrier
{
    /// <exception cref="CommandException">It is not where the repository has it.</exception>
    public static string Folder()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            string carrier = Path.Combine(folder, "samples", "carrier");
            if (Directory.Exists(carrier))
            {
                return carrier;
            }
        }

        throw new CommandException("The sample carrier (samples/carrier) is not beside the program: run it from a clone of the repository.");
    }
}
