using System.Globalization;
using System.Text.Json;

namespace Perimeter.Load.Measuring;

/// <summary>Results as a table for people and as JSON for programs.</summary>
internal static class ResultTable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static void Print(IReadOnlyList<Result> results, TextWriter output)
    {
        output.WriteLine($"{"id",-4} {"arm",-62} {"median",14} {"unit",-14} {"spread",7} {"ratio",9}  asked");
        foreach (Result result in results)
        {
            string ratio = result.Ratio is double value ? value.ToString(value < 100 ? "0.00" : "#,0", CultureInfo.InvariantCulture) : "";
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{result.Id,-4} {result.Arm,-62} {result.Value,14:#,0.##} {result.Unit,-14} {result.Spread,7:0%} {ratio,9}  {result.Asked}").TrimEnd());
        }
    }

    public static void WriteJson(IReadOnlyList<Result> results, string file) => File.WriteAllText(file, JsonSerializer.Serialize(results, Json));
}
