using System.IO.Compression;
using System.Text;

namespace Perimeter.Csv.Tests;

public sealed class InputFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("plain content")]
    public void A_plain_file_is_read_as_it_is(string content)
    {
        File.WriteAllText(_path, content);
        Assert.Equal(content, ReadAll());
    }

    [Fact]
    public void Gzip_is_known_by_its_first_bytes_and_all_members_are_read()
    {
        using (FileStream file = File.Create(_path))
        {
            foreach (string member in (string[])["one\n", "", "two\n"])
            {
                using var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true);
                gzip.Write(Encoding.UTF8.GetBytes(member));
            }
        }

        Assert.Equal("one\ntwo\n", ReadAll());
    }

    [Fact]
    public void A_gzip_file_cut_off_inside_its_data_is_an_error_and_never_a_short_file()
    {
        string content = string.Concat(Enumerable.Range(0, 2_000).Select(i => $"{i * 7919}\n"));
        using (var gzip = new GZipStream(File.Create(_path), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(content));
        }

        byte[] whole = File.ReadAllBytes(_path);
        for (int length = 20; length < whole.Length - 8; length += 97)
        {
            File.WriteAllBytes(_path, whole[..length]);
            Assert.Throws<InvalidDataException>(ReadAll);
        }
    }

    [Fact]
    public void Damaged_gzip_is_an_error()
    {
        using (var gzip = new GZipStream(File.Create(_path), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 2_000))));
        }

        byte[] damaged = File.ReadAllBytes(_path);
        damaged[^6] ^= 0xFF;
        File.WriteAllBytes(_path, damaged);
        Assert.Throws<InvalidDataException>(ReadAll);
    }

    private string ReadAll()
    {
        using Stream stream = InputFile.OpenRead(_path);
        using var reader = new StreamReader(stream, new UTF8Encoding(false));
        return reader.ReadToEnd();
    }
}
