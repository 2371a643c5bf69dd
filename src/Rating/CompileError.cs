using System.Globalization;

namespace Perimeter.Rating;

/// <summary>What of the configuration a <see cref="CompileError"/> is about.</summary>
public enum CompileSubject { TrunkGroup, Trunk, Manipulation, Assignment, ExchangeRate, EmergencyNumber, Number, ReferenceRow, Deck, DeckRow }

/// <summary>Why a configuration or a deck cannot be used. All errors are reported at once.</summary>
/// <param name="Subject">What is wrong.</param>
/// <param name="Id">Its id: of the trunk group, trunk, manipulation, assignment, exchange rate, row of the numbering or deck; for an emergency number its place in the list; 0 for a row of reference data.</param>
/// <param name="Row">The place of the row in <see cref="Domain.RateDeckConfig.Rows"/>, <see cref="Domain.RatingConfig.Numbers"/> or <see cref="Domain.RatingConfig.ReferenceData"/>, from 0; for other subjects -1.</param>
/// <param name="Line">For such rows the line of the file; else 0.</param>
/// <param name="Reason">What is wrong with it, and what to do.</param>
public sealed record CompileError(CompileSubject Subject, int Id, int Row, int Line, string Reason)
{
    public override string ToString() => Subject switch
    {
        CompileSubject.TrunkGroup => Invariant($"trunk group {Id}: {Reason}"),
        CompileSubject.Trunk => Invariant($"trunk {Id}: {Reason}"),
        CompileSubject.Manipulation => Invariant($"manipulation {Id}: {Reason}"),
        CompileSubject.Assignment => Invariant($"assignment {Id}: {Reason}"),
        CompileSubject.ExchangeRate => Invariant($"exchange rate {Id}: {Reason}"),
        CompileSubject.EmergencyNumber => Invariant($"emergency number {Id + 1}: {Reason}"),
        CompileSubject.Number => Invariant($"numbering {Id}: {Reason}"),
        CompileSubject.ReferenceRow => Invariant($"reference data, line {Line}: {Reason}"),
        CompileSubject.Deck => Invariant($"deck {Id}: {Reason}"),
        CompileSubject.DeckRow => Invariant($"deck {Id}, line {Line}: {Reason}"),
        _ => Reason,
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
