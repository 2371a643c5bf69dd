using System.Globalization;
using System.Text.Json;

namespace Perimeter.Load;

/// <summary>One figure: the median over the rounds.</summary>
/// <param name="Spread">Largest less smallest of the rounds, as a part of the median.</param>
/// <param name="Ratio">What it is held against, where it is: see bench/README.md.</param>
internal sealed record Result(string Id, string Arm, double Value, string Unit, double Spread, double? Ratio = null)
{
    public static Result Of(string id, string arm, string unit, IReadOnlyCollection<double> rounds, double? ratio = null)
    {
        double median = Median(rounds);
        return new Result(id, arm, median, unit, median == 0 ? 0 : (rounds.Max() - rounds.Min()) / median, ratio);
    }

    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}

/// <summary>Results as a table for people and as JSON for programs.</summary>
internal static class ResultTable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static void Print(IReadOnlyList<Result> results, TextWriter output)
    {
        output.WriteLine($"{"id",-5} {"arm",-44} {"median",14} {"unit",-14} {"spread",8} {"ratio",7}");
        foreach (Result result in results)
        {
            string ratio = result.Ratio is double value ? value.ToString("0.00", CultureInfo.InvariantCulture) : "";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{result.Id,-5} {result.Arm,-44} {result.Value,14:#,0.##} {result.Unit,-14} {result.Spread,8:0.0%} {ratio,7}"));
        }
    }

    public static void WriteJson(IReadOnlyList<Result> results, string file) => File.WriteAllText(file, JsonSerializer.Serialize(results, Json));
}
