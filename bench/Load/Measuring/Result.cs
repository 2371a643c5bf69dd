using System.Text.Json.Serialization;

namespace Perimeter.Load.Measuring;

/// <summary>One figure: the median over the rounds.</summary>
/// <param name="Spread">Largest less smallest of the rounds, as a part of the median.</param>
/// <param name="Ratio">What it is held against, where it is: see bench/README.md.</param>
internal sealed record Result(string Id, string Arm, double Value, string Unit, double Spread, double? Ratio = null)
{
    /// <summary>What is asked of the value or of the ratio, for people.</summary>
    [JsonIgnore]
    public string Asked { get; init; } = "";

    public static Result Of(string id, string arm, string unit, IReadOnlyCollection<double> rounds, double? ratio = null, string asked = "")
    {
        double median = Median(rounds);
        return new Result(id, arm, median, unit, median == 0 ? 0 : (rounds.Max() - rounds.Min()) / median, ratio) { Asked = asked };
    }

    /// <summary>A figure that is the same in every round.</summary>
    public static Result Exact(string id, string arm, string unit, double value, double? ratio = null, string asked = "") =>
        new(id, arm, value, unit, 0, ratio) { Asked = asked };

    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
