using System.Text.Json;

namespace Perimeter.Commands;

/// <summary>How the commands reach a running instance: written at its start with owner-only rights, removed at its end.</summary>
public sealed record AdminFile(int ProcessId, int Port, string Token, string HttpAddress, string ClickHouseAddress, DateTimeOffset StartedAt)
{
    public void Write(string path)
    {
        string temporary = path + ".new";
        FileStreamOptions options = new()
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (FileStream file = new(temporary, options))
        {
            JsonSerializer.Serialize(file, this);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Null where there is none, or where what is there is no such file: an instance that died leaves one behind.</summary>
    public static AdminFile? TryRead(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<AdminFile>(File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
