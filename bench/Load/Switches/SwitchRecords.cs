using System.Globalization;
using System.Text;

namespace Perimeter.Load.Switches;

/// <summary>Records as a kind of switch writes them, each of a call of its own.</summary>
internal sealed class SwitchRecords
{
    /// <summary>Of the switch, as some records carry it.</summary>
    public const string Key = "of-these-tests-alone";

    private SwitchRecords(byte[][] each)
    {
        Each = each;
        Whole = [.. each.SelectMany(static one => one)];
    }

    /// <summary>One by one, as they are posted.</summary>
    public byte[][] Each { get; }

    /// <summary>One behind the other, as a file has them.</summary>
    public byte[] Whole { get; }

    /// <summary>Of the template of the kind, in which <c>{id}</c> stands for what is different in each call.</summary>
    public static SwitchRecords Of(string kind, int records)
    {
        string template = EmbeddedSql.Read($"{kind}.txt");
        return new SwitchRecords([.. Enumerable.Range(0, records).Select(n => Encoding.UTF8.GetBytes(template.Replace("{id}", n.ToString("D9", CultureInfo.InvariantCulture), StringComparison.Ordinal)))]);
    }
}
