using System.Diagnostics.CodeAnalysis;
using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>
/// Rows of decks, of the numbering and of reference data by the content that they were read from, so that what stays as it is from one revision to the next is the same object,
/// which is read once and compiled once. Holds nothing alive that nobody uses.
/// </summary>
/// <remarks>
/// Rows name destinations by number, and a number made while a folder was only checked may be given to another name later:
/// rows just read are found again only after <see cref="Accept"/>, when their numbers are published.
/// </remarks>
/// <param name="contentOf">What identifies the content of a file.</param>
internal sealed class RowCache(Func<string, string> contentOf)
{
    private readonly Dictionary<string, WeakReference<object>> _rows = new(StringComparer.Ordinal);
    private readonly Dictionary<string, object> _pending = new(StringComparer.Ordinal);

    public string KeyOf(IReadOnlyList<string> files, RateDeckSettings settings) =>
        $"{settings.Type} {settings.Location} {settings.TimeZone} {string.Join(' ', files.Select(contentOf))}";

    public string KeyOf(string file, string timeZone) => $"{file} {timeZone} {contentOf(file)}";

    public bool TryGet<T>(string key, [NotNullWhen(true)] out T? rows)
        where T : class
    {
        rows = _rows.TryGetValue(key, out WeakReference<object>? known) && known.TryGetTarget(out object? read) ? (T)read : null;
        return rows is not null;
    }

    public void Add(string key, object rows) => _pending[key] = rows;

    public void Discard() => _pending.Clear();

    public void Accept()
    {
        foreach (string gone in _rows.Where(entry => !entry.Value.TryGetTarget(out _)).Select(entry => entry.Key).ToList())
        {
            _rows.Remove(gone);
        }

        foreach ((string key, object rows) in _pending)
        {
            _rows[key] = new WeakReference<object>(rows);
        }

        _pending.Clear();
    }
}
