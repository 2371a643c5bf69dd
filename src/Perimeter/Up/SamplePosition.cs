using System.Text.Json;

namespace Perimeter.Commands;

/// <summary>How far the sample calls have been played into a data folder.</summary>
/// <param name="Calls">How many calls the sample has: another number is another sample, and can not be gone on with.</param>
internal sealed record SamplePosition(long Calls, int NextBatch)
{
    /// <exception cref="CommandException">Another number of sample calls was begun before.</exception>
    public static SamplePosition Read(string path, long calls)
    {
        if (!File.Exists(path))
        {
            return new SamplePosition(calls, 0);
        }

        SamplePosition? position;
        try
        {
            position = JsonSerializer.Deserialize<SamplePosition>(File.ReadAllBytes(path));
        }
        catch (JsonException)
        {
            position = null;
        }

        if (position is null)
        {
            // Cut short by a crash: from the start, and what was taken already is found to be a repeat.
            return new SamplePosition(calls, 0);
        }

        return position.Calls == calls ? position : throw new CommandException(
            $"This data folder holds a sample of {position.Calls} calls: go on with --sample-calls {position.Calls}, or empty the folder with 'perimeter reset'.");
    }

    public void Write(string path)
    {
        string temporary = path + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this));
        File.Move(temporary, path, overwrite: true);
    }
}
