using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Perimeter.Rating.Explain;

namespace Perimeter.Commands;

/// <summary>An attempt as it was rated first, and the adjustments by which it stands now, in their order.</summary>
internal sealed record ExplainedCall(CallExplanation Explanation, IReadOnlyList<JsonElement> Adjustments)
{
    /// <summary>As text for people.</summary>
    public string Render()
    {
        StringBuilder text = new(ExplanationText.Render(Explanation));
        foreach (JsonElement adjustment in Adjustments)
        {
            text.AppendLine(
                $"Adjusted by run {Text(adjustment, "run")} of {Text(adjustment, "adjusted_at")}, from revision {Text(adjustment, "old_revision")} to {Text(adjustment, "new_revision")}:");
            foreach (string side in (string[])["a", "b"])
            {
                if (Text(adjustment, $"reason_{side}") is var reason && reason != "none")
                {
                    text.AppendLine(
                        $"  {side.ToUpperInvariant()}, {reason.Replace('_', ' ')}: {Image(adjustment, "old", side)} -> {Image(adjustment, "new", side)}; "
                        + $"difference {Text(adjustment, $"difference_{side}")} {Explanation.SystemCurrency}");
                }
            }
        }

        return text.ToString();
    }

    /// <summary>One line of JSON for programs: the explanation, and <c>adjustments</c> beside it.</summary>
    public string RenderLine()
    {
        JsonNode line = JsonNode.Parse(ExplanationJson.RenderLine(Explanation))!;
        line["adjustments"] = new JsonArray([.. Adjustments.Select(adjustment => JsonObject.Create(adjustment))]);
        return line.ToJsonString();
    }

    private static string Image(JsonElement adjustment, string when, string side)
    {
        string outcome = Text(adjustment, $"{when}_outcome_{side}");
        string code = Text(adjustment, $"{when}_code_{side}");
        string found = code.Length == 0 ? "" : $" {code} at {Text(adjustment, $"{when}_rate_{side}")}, {Text(adjustment, $"{when}_billed_seconds_{side}")} s,";
        string currency = Text(adjustment, $"{when}_currency_{side}");
        string charge = Text(adjustment, $"{when}_charge_{side}");
        return currency.Length == 0 ? $"{outcome}{found} {charge}" : $"{outcome}{found} {charge} {currency} at exchange rate {Text(adjustment, $"{when}_exchange_rate_{side}")}";
    }

    private static string Text(JsonElement adjustment, string column) => adjustment.GetProperty(column).ToString();
}
