using System.IO.Enumeration;

namespace Perimeter.Ingest.Switches;

/// <summary>Names of files with * and ?, several with a bar between; upper and lower case are the same.</summary>
internal sealed class FilePatterns(string patterns)
{
    private readonly string[] _patterns = patterns.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public bool Match(ReadOnlySpan<char> name)
    {
        foreach (string pattern in _patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name))
            {
                return true;
            }
        }

        return false;
    }
}
