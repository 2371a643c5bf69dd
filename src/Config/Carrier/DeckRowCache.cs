using System.Diagnostics.CodeAnalysis;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>
/// Rows of decks by the content that they were read from, so that a deck that stays as it is from one revision to the next is the same object,
/// which is read once and compiled once. Holds no deck alive that nobody uses.
/// </summary>
/// <remarks>
/// Rows name destinations by number, and a number made while a folder was only checked may be given to another name later:
/// rows just read are found again only after <see cref="Accept"/>, when their numbers are published.
/// </remarks>
/// <param name="contentOf">What identifies the content of a file.</param>
internal sealed class DeckRowCache(Func<string, string> contentOf)
{
    private readonly Dictionary<string, WeakReference<IReadOnlyList<RateRow>>> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<RateRow>> _pending = new(StringComparer.Ordinal);

    public string KeyOf(IReadOnlyList<string> files, RateDeckSettings settings) =>
        $"{settings.Type} {settings.TimeZone} {string.Join(' ', files.Select(contentOf))}";

    public bool TryGet(string key, [NotNullWhen(true)] out IReadOnlyList<RateRow>? rows)
    {
        rows = null;
        return _rows.TryGetValue(key, out WeakReference<IReadOnlyList<RateRow>>? known) && known.TryGetTarget(out rows);
    }

    public void Add(string key, IReadOnlyList<RateRow> rows) => _pending[key] = rows;

    public void Discard() => _pending.Clear();

    public void Accept()
    {
        foreach (string gone in _rows.Where(entry => !entry.Value.TryGetTarget(out _)).Select(entry => entry.Key).ToList())
        {
            _rows.Remove(gone);
        }

        foreach ((string key, IReadOnlyList<RateRow> rows) in _pending)
        {
            _rows[key] = new WeakReference<IReadOnlyList<RateRow>>(rows);
        }

        _pending.Clear();
    }
}
