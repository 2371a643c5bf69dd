using System.Text;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <content>What rows are found by: codes and origins, LATAs and OCNs, tiers.</content>
internal sealed partial class DeckReader
{
    private static readonly List<RateOrigin> AnyOrigin = [RateOrigin.Any];

    private DeckKey Key => _options.Settings.Key;

    /// <summary>The column without which no row could be found; of a LATA/OCN deck one of two.</summary>
    private DeckField KeyField => (Key, Type) switch
    {
        (DeckKey.Tier, _) => DeckField.Tier,
        (DeckKey.LataOcn, DeckType.LataOcn) => Has(DeckField.Lata) ? DeckField.Lata : DeckField.Ocn,
        (DeckKey.LataOcn, _) => DeckField.Ocn,
        _ => DeckField.Code,
    };

    private bool CheckKeyColumn()
    {
        bool found = Has(KeyField);
        if (!found)
        {
            Fail(KeyField, Type == DeckType.LataOcn ? "there is no such column, nor one for LATAs" : "there is no such column");
        }

        return found;
    }

    /// <summary>Reports a key of other decks once, at the first row that says something in it: passing over it would charge wrong prices.</summary>
    private void CheckOtherKey()
    {
        (DeckField other, string reason) = (Type, Key) switch
        {
            (DeckType.Did, DeckKey.Tier) => (DeckField.Code, "belongs to international did decks; one of us-canada is keyed by tier"),
            (DeckType.Did, _) => (DeckField.Tier, "belongs to did decks of us-canada; an international one is keyed by code"),
            (DeckType.Peering, _) => (DeckField.Code, "belongs to decks that are keyed by code; a peering deck is keyed by OCN"),
            (_, DeckKey.LataOcn) => (DeckField.Code, "belongs to decks that are keyed by code; a lata-ocn deck is keyed by LATA and OCN"),
            _ => (KeyField, ""),
        };
        if (reason.Length > 0 && Has(other) && !_table[(int)other].IsEmpty && _refusedColumns.Add(other))
        {
            Fail(other, reason);
        }
    }

    private RowKey ReadKey() => Key switch
    {
        DeckKey.Tier => ReadTier(),
        DeckKey.LataOcn => ReadLataOcn(),
        _ => ReadCode(),
    };

    private RowKey ReadTier()
    {
        bool good = !_table.FailEmpty((int)DeckField.Tier) & _table.TryWhole((int)DeckField.Tier, 1, NumberConfig.MaxTier, 1, out int number);
        E164 tier = good ? default(E164).Prepend(number) : default;
        return new RowKey(tier, tier.ToString(), default, default);
    }

    /// <summary>What stands for a code is, of a Peering deck, the OCN; of a LATA/OCN deck <c>LATA/OCN</c>, either of which may be empty.</summary>
    private RowKey ReadLataOcn()
    {
        string ocnText = Encoding.UTF8.GetString(_table[(int)DeckField.Ocn]);
        if (Type == DeckType.Peering)
        {
            _table.FailEmpty((int)DeckField.Ocn);
            return new RowKey(default, ocnText, default, ReferenceFile.OcnOf(_table, (int)DeckField.Ocn));
        }

        string text = $"{Encoding.UTF8.GetString(_table[(int)DeckField.Lata])}/{ocnText}";
        return new RowKey(default, text, ReferenceFile.LataOf(_table, (int)DeckField.Lata), ReferenceFile.OcnOf(_table, (int)DeckField.Ocn));
    }

    /// <summary>In US decks 1201 and 201 are one code: 3, 6 or 7 digits after a leading 1 (no NPA begins with 1).</summary>
    private RowKey ReadCode()
    {
        ReadOnlySpan<byte> text = _table[(int)DeckField.Code];
        if (_table.FailEmpty((int)DeckField.Code))
        {
            return default;
        }

        if (!E164.TryParse(text, out E164 code))
        {
            Fail(DeckField.Code, $"{Shown.Text(text)} is not 1 to {E164.MaxDigits} digits");
            return default;
        }

        if (Key != DeckKey.Npa)
        {
            return new RowKey(code, code.ToString(), default, default);
        }

        E164 national = code[0] == 1 ? code.Skip(1) : code;
        if (national.Length is not (3 or 6 or 7))
        {
            Fail(DeckField.Code, $"{Shown.Text(text)} is not 3, 6 or 7 digits after a leading 1");
            return default;
        }

        return new RowKey(national.Prepend(1), code.ToString(), default, default);
    }

    /// <summary>Codes separated by <c>;</c>, or <c>unknown</c>: a row for each. An empty cell, and every deck that has no origins, is one row for any.</summary>
    private List<RateOrigin> ReadOrigins()
    {
        if (Type != DeckType.OriginBased || !Has(DeckField.Origin) || _table[(int)DeckField.Origin].IsEmpty)
        {
            return AnyOrigin;
        }

        List<RateOrigin> origins = [];
        foreach (string part in Encoding.UTF8.GetString(_table[(int)DeckField.Origin]).Split(';', StringSplitOptions.TrimEntries))
        {
            if (part.Equals("unknown", StringComparison.OrdinalIgnoreCase))
            {
                origins.Add(RateOrigin.Unknown);
            }
            else if (E164.TryParse(part, out E164 code) && code[0] != 0)
            {
                origins.Add(RateOrigin.Of(code));
            }
            else
            {
                Fail(DeckField.Origin, $"{Shown.Text(part)} is neither a code of 1 to {E164.MaxDigits} digits, which does not begin with 0, nor unknown");
            }
        }

        if (origins.Distinct().Count() < origins.Count)
        {
            Fail(DeckField.Origin, "names an origin twice");
        }

        return origins;
    }

    /// <summary>What a row is for.</summary>
    private readonly record struct RowKey(E164 Code, string Text, Lata Lata, Ocn Ocn);
}
