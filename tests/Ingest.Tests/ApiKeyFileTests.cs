namespace Perimeter.Ingest.Tests;

public sealed class ApiKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perimeter-key-").FullName;

    private string KeyPath => Path.Combine(_folder, ApiKeyFile.Name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_key_is_made_once_with_owner_only_rights_and_read_ever_after()
    {
        string key = ApiKeyFile.ReadOrCreate(_folder);
        Assert.Equal(43, key.Length);
        Assert.Equal(key, ApiKeyFile.ReadOrCreate(_folder));
        Assert.Equal([KeyPath], Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyPath));
        }
    }

    [Fact]
    public void Where_a_key_cannot_be_made_nothing_is_left_behind()
    {
        Directory.CreateDirectory(KeyPath);
        Assert.ThrowsAny<Exception>(() => ApiKeyFile.ReadOrCreate(_folder));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_key_that_others_may_read_is_refused()
    {
        ApiKeyFile.ReadOrCreate(_folder);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes.");
        }
        else
        {
            File.SetUnixFileMode(KeyPath, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }

        Assert.Contains("can be read by others than its owner. Run: chmod 600", Assert.Throws<InvalidDataException>(() => ApiKeyFile.ReadOrCreate(_folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("too-short")]
    [InlineData("a key with spaces in it")]
    public void A_key_of_no_use_is_refused(string key)
    {
        ApiKeyFile.ReadOrCreate(_folder);
        File.WriteAllText(KeyPath, key);
        Assert.Contains("must hold a key of 16 or more printable characters", Assert.Throws<InvalidDataException>(() => ApiKeyFile.ReadOrCreate(_folder)).Message, StringComparison.Ordinal);
    }
}
