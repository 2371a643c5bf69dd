using System.Globalization;
using System.Text;

namespace Perimeter.Config;

/// <content>Cells that name things.</content>
public sealed partial class TableReader
{
    public const int MaxId = 2_000_000_000;

    /// <summary>A longer name is refused.</summary>
    public const int MaxNameBytes = 100;

    /// <summary>A number from 1, which stands for the row for ever.</summary>
    public bool TryId(int field, out int id)
    {
        id = 0;
        return !FailEmpty(field) && TryWhole(field, 1, MaxId, 0, out id);
    }

    /// <summary>A name that cannot be taken for an id.</summary>
    public bool TryName(int field, out string name)
    {
        name = "";
        if (FailEmpty(field) || !TryText(field, MaxNameBytes, out ReadOnlySpan<byte> text))
        {
            return false;
        }

        if (IsDigits(text))
        {
            Fail(field, $"{Shown.Text(text)} is all digits, as an id is: a name needs another character");
            return false;
        }

        name = Encoding.UTF8.GetString(text);
        return true;
    }

    /// <summary>One of a closed list of words, in any case, with hyphens, underscores and spaces alike.</summary>
    public bool TryWord<T>(int field, IReadOnlyList<(string Word, T Value)> words, T absent, out T value)
    {
        string text = Encoding.UTF8.GetString(this[field]);
        value = absent;
        if (text.Length == 0)
        {
            return true;
        }

        foreach ((string word, T meant) in words)
        {
            if (Csv.CsvHeader.Normalize(word) == Csv.CsvHeader.Normalize(text))
            {
                value = meant;
                return true;
            }
        }

        Fail(field, $"{Shown.Text(text)} is not one of: {string.Join(", ", words.Select(word => word.Word))}");
        return false;
    }

    public bool TryRequiredWord<T>(int field, IReadOnlyList<(string Word, T Value)> words, out T value)
    {
        value = default!;
        return !FailEmpty(field) && TryWord(field, words, default!, out value);
    }

    /// <summary>Reports a cell that may not be empty and is.</summary>
    public bool FailEmpty(int field)
    {
        bool isEmpty = this[field].IsEmpty;
        if (isEmpty)
        {
            Fail(field, "is empty");
        }

        return isEmpty;
    }

    /// <summary>The place in the list of the row that a cell names by its id or name; -1 where there is none, which is reported.</summary>
    internal int Resolve(int field, NamedRows rows)
    {
        if (FailEmpty(field))
        {
            return -1;
        }

        ReadOnlySpan<byte> text = this[field];
        string reference = Encoding.UTF8.GetString(text);
        int place = IsDigits(text)
            ? int.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? rows.ById(id) : -1
            : rows.ByName(reference);
        if (place < 0)
        {
            Fail(field, place == NamedRows.Several
                ? $"several rows of {rows.FileName} are called {Shown.Text(text)}: give the id"
                : $"{rows.FileName} has no row with the {(IsDigits(text) ? "id" : "name")} {Shown.Text(text)}");
        }

        return place;
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
}
