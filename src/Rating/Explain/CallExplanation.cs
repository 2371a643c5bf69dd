using Perimeter.Domain;

namespace Perimeter.Rating.Explain;

/// <summary>Why an attempt cost what it cost, on both sides.</summary>
public sealed record CallExplanation
{
    public required string SwitchId { get; init; }

    public required string CallId { get; init; }

    public required int Attempt { get; init; }

    public required bool Final { get; init; }

    public required ConfigRevision Revision { get; init; }

    /// <summary>Milliseconds of UTC since 1970: the instant whose configuration and prices hold.</summary>
    public required long SetupMs { get; init; }

    public required CurrencyCode SystemCurrency { get; init; }

    /// <summary>Why the call is flagged as suspect; null where it is not.</summary>
    public string? Suspect { get; init; }

    public required SideExplanation A { get; init; }

    public required SideExplanation B { get; init; }
}
