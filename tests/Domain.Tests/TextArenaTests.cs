using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Perimeter.Domain.Tests;

public sealed class TextArenaTests
{
    [Fact]
    public void Texts_come_back_as_they_were_added_however_the_arena_grows() => Properties.Check(Prop.ForAll(
        Gen.Choose(0, 700).Select(length => new string('é', length)).ListOf().ToArbitrary(), texts =>
    {
        var arena = new TextArena();
        List<TextSpan> spans = [.. texts.Select((text, n) => n % 2 == 0 ? arena.Add(text) : arena.Add(Encoding.UTF8.GetBytes(text)))];
        return texts.Zip(spans).All(pair => arena.GetString(pair.Second) == pair.First)
            && arena.Length == texts.Sum(Encoding.UTF8.GetByteCount)
            && Encoding.UTF8.GetString(arena.AsSpan()) == string.Concat(texts);
    }));

    [Fact]
    public void An_empty_text_is_absent_and_takes_no_place()
    {
        var arena = new TextArena();
        Assert.Equal(default, arena.Add(""));
        Assert.Equal(default, arena.Add([]));
        Assert.Equal(0, arena.Length);
        Assert.Equal("", arena.GetString(default));
    }

    [Fact]
    public void Setting_replaces_all_that_was_there()
    {
        var arena = new TextArena();
        arena.Add(new string('x', 5000));
        arena.Set("abc"u8);
        Assert.Equal(3, arena.Length);
        Assert.Equal("bc", arena.GetString(new TextSpan(1, 2)));
        arena.Set(Encoding.ASCII.GetBytes(new string('y', 9000)));
        Assert.Equal(9000, arena.Length);
        arena.Clear();
        Assert.Equal(0, arena.AsSpan().Length);
    }
}
