using System.Globalization;
using System.Text;
using Perimeter.Domain;

namespace Perimeter.Rating.Explain;

/// <summary>Explanations for people.</summary>
public static class ExplanationText
{
    public static string Render(CallExplanation call)
    {
        StringBuilder text = new();
        Line(text, 0, $"Call {call.CallId} of switch {call.SwitchId}, attempt {call.Attempt}{(call.Final ? ", final" : "")}");
        Line(text, 1, $"set up {Instant.Text(call.SetupMs)}, rated by configuration {call.Revision.Value}");
        if (call.Suspect is { } why)
        {
            Line(text, 1, $"Suspect: {why}");
        }

        Line(text, 0, $"Side A, {SideName(call.A)}");
        Render(text, call.A);
        Line(text, 0, $"Side B, {SideName(call.B)}");
        Render(text, call.B);
        return text.ToString();
    }

    public static string Render(SideExplanation side)
    {
        StringBuilder text = new();
        Render(text, side);
        return text.ToString();
    }

    private static string SideName(SideExplanation side) =>
        side.Result.Direction == Direction.None ? "unknown" : $"{side.Result.Direction}-{side.Result.Relation}";

    private static void Render(StringBuilder text, SideExplanation side)
    {
        Line(text, 1, $"{side.Result.Outcome}: {side.Reason}");
        if (side.TrunkGroup is { } group)
        {
            string found = group.Id is { } id ? $"{id.Value} '{group.Name}'{(group.Relationship is null ? "" : $" of {group.Relationship}")}, " : "none, ";
            Line(text, 1, $"trunk group: {found}{string.Join("; ", group.Steps)}");
        }

        foreach (NumberExplanation number in side.Numbers)
        {
            string steps = number.Steps.Count == 0 ? "as received" : string.Join("; ", number.Steps);
            Line(text, 1, $"{number.Field} '{number.Received}': {steps}{(number.Number.IsNone ? "" : $" -> {number.Number}")}");
        }

        RenderNumbering(text, side);
        foreach (string step in side.Class)
        {
            Line(text, 1, $"class {step}");
        }

        RenderDeck(text, side);
        if (side.Jurisdiction is { } jurisdiction)
        {
            Line(text, 1, $"jurisdiction: {jurisdiction.Jurisdiction}, from {Region(jurisdiction.RegionA)} to {Region(jurisdiction.RegionB)}: {jurisdiction.Why}");
            Line(text, 2, $"rate {side.Result.Rate}: {jurisdiction.RateChoice}");
        }

        if (side.Duration is { } duration)
        {
            Line(text, 1, $"duration: {string.Join("; ", duration.Steps)}");
        }

        if (side.Charge is { } charge)
        {
            Line(text, 1, $"charge: {charge.Formula} = {charge.Exact}");
            Line(text, 2, $"rounded once, {charge.Rounding}: {charge.Charge} {charge.Currency}");
            if (charge.ExchangeRate != ExchangeRate.One)
            {
                Line(text, 2, $"at exchange rate {charge.ExchangeRate}: {charge.SystemCharge} in the system currency");
            }
        }
    }

    private static void RenderNumbering(StringBuilder text, SideExplanation side)
    {
        if (side.Numbering is { } numbering)
        {
            Line(text, 1, $"numbering: {numbering.Number}{(numbering.Rows.Count == 0 ? " is not listed" : "")}");
            foreach (NumberRowExplanation row in numbering.Rows)
            {
                Line(text, 2, $"{(row.Applied ? "*" : "-")} {Wording.NumberRow(row.Row)}: {row.Why}");
            }
        }
    }

    private static void RenderDeck(StringBuilder text, SideExplanation side)
    {
        if (side.Deck is { } deck)
        {
            string version = deck.Version == 0 ? "" : $", upload {deck.Version}";
            Line(text, 1, $"deck: {deck.Id.Value} '{deck.Name}' ({deck.Type}, {deck.Currency}{version}), {deck.How}");
        }

        if (side.Lookup is { } lookup)
        {
            Line(text, 1, $"looked up: {lookup.Number}{(lookup.Number.IsNone ? "" : ", ")}{lookup.Which}");
            foreach (CodeExplanation code in lookup.Codes)
            {
                string destination = code.Destination.Length == 0 ? "" : $" {code.Destination}";
                Line(text, 2, $"{(code.Applied ? "*" : "-")} {code.Code}{destination} (line {code.Line}, upload {code.Upload}): {code.Why}");
            }
        }
    }

    private static string Region(string region) => region.Length == 0 ? "an unknown region" : region;

    private static void Line(StringBuilder text, int depth, FormattableString line) =>
        text.Append(' ', 2 * depth).Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
