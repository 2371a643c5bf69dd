using System.Text.RegularExpressions;
using Perimeter.Domain;

namespace Perimeter.Rating.Numbers;

/// <summary>One manipulation, ready to apply. Its expression takes time in proportion to the number, whatever was written: it never goes back.</summary>
internal sealed class Manipulation
{
    private readonly Regex _search;

    /// <exception cref="ArgumentException">The expression is none.</exception>
    /// <exception cref="NotSupportedException">It has what cannot be matched in linear time: a look-around or a back-reference.</exception>
    public Manipulation(ManipulationConfig config)
    {
        Config = config;
        _search = new Regex(config.Search, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    public ManipulationConfig Config { get; }

    public bool Matches(ReadOnlySpan<char> number) => _search.IsMatch(number);

    /// <summary>The number with every match replaced. Allocates: numbers that do not match never get here.</summary>
    public string Apply(ReadOnlySpan<char> number) => _search.Replace(number.ToString(), Config.Replace);
}
