using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>The names of destinations with their numbers. It only grows, so that a number keeps its meaning from one revision to the next.</summary>
public sealed class DestinationList
{
    /// <summary>A longer name is refused.</summary>
    public const int MaxNameBytes = 200;

    private readonly List<string> _names = [""];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public DestinationList() => _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <param name="names">The names so far, as <see cref="Names"/> gave them: the first is the empty name.</param>
    public DestinationList(IEnumerable<string> names)
        : this()
    {
        foreach (string name in names.Skip(1))
        {
            Add(name);
        }
    }

    /// <summary>Names by number; the first is the empty name.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>The number of a name, made where it is new.</summary>
    /// <param name="utf8">Valid UTF-8 of at most <see cref="MaxNameBytes"/>.</param>
    public DestinationId NumberOf(ReadOnlySpan<byte> utf8)
    {
        Span<char> chars = stackalloc char[MaxNameBytes];
        ReadOnlySpan<char> name = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        return new DestinationId(_lookup.TryGetValue(name, out int number) ? number : Add(name.ToString()));
    }

    private int Add(string name)
    {
        _numbers.Add(name, _names.Count);
        _names.Add(name);
        return _names.Count - 1;
    }
}
