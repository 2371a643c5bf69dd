using System.Globalization;
using System.Text;

namespace Perimeter.Load.Switches;

/// <summary>
/// Records as a kind of switch writes them, each of a call of its own: one behind the other in one array, as they come in by one buffer. In arrays of their own it would be measured how these lie in memory.
/// </summary>
internal sealed class SwitchRecords
{
    /// <summary>Of the switch, as some records carry it.</summary>
    public const string Key = "of-these-tests-alone";

    private readonly int[] _ends;

    public SwitchRecords(IEnumerable<byte[]> each)
    {
        using MemoryStream whole = new();
        List<int> ends = [];
        foreach (byte[] one in each)
        {
            whole.Write(one);
            ends.Add((int)whole.Length);
        }

        Whole = whole.ToArray();
        _ends = [.. ends];
    }

    public int Count => _ends.Length;

    /// <summary>All of them, as a file has them.</summary>
    public byte[] Whole { get; }

    /// <summary>One of them, as it is posted.</summary>
    public ReadOnlySpan<byte> this[int index] => Whole.AsSpan((index == 0 ? 0 : _ends[index - 1]).._ends[index]);

    /// <summary>Of the template of the kind, in which <c>{id}</c> stands for what is different in each call.</summary>
    public static SwitchRecords Of(string kind, int records)
    {
        string template = EmbeddedSql.Read($"{kind}.txt");
        return new SwitchRecords(Enumerable.Range(0, records).Select(n => Encoding.UTF8.GetBytes(template.Replace("{id}", n.ToString("D9", CultureInfo.InvariantCulture), StringComparison.Ordinal))));
    }
}
