using Perimeter.Domain;

namespace Perimeter.Config;

internal sealed class DeckReader(Stream stream, string fileName, DeckReadOptions options)
{
    public DeckFile Read() => throw new NotSupportedException(fileName + stream.ToString() + options.Upload);
}
