using Perimeter.Config;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Commands;

/// <summary>A deck file, read and compiled.</summary>
internal sealed class OneDeck
{
    private OneDeck(OneDeckRater rater, IReadOnlyList<string> destinations)
    {
        Rater = rater;
        Destinations = destinations;
    }

    public OneDeckRater Rater { get; }

    /// <summary>Names of destinations by number.</summary>
    public IReadOnlyList<string> Destinations { get; }

    public RateRows Rows => Rater.Deck.Rows;

    /// <returns>Null where the deck is refused; why was told to <paramref name="messages"/>.</returns>
    public static OneDeck? Load(DeckRequest request, RateMessages messages)
    {
        var options = new DeckReadOptions { Settings = request.Settings, Map = request.Map };
        DeckFile? file = ReadFile(request.File, stream => DeckFile.Read(stream, request.File, options), messages);
        if (file is null)
        {
            return null;
        }

        messages.Tell(file.Notes, file.Errors);
        bool headerIsBad = file.Rows.Count == 0 && file.Errors.Count > 0;
        if (headerIsBad || (file.Errors.Count > 0 && !request.SkipBadRows))
        {
            messages.Fail($"{request.File} is refused, and no call was rated: {Counted(file.Errors.Count)}."
                + (headerIsBad ? "" : " --skip-bad-rows takes the good rows, but a code that is left out is then charged its parent's price."));
            return null;
        }

        IReadOnlyList<ReferenceRow>? reference = request.Reference is null ? [] : ReadReference(request, request.Reference, messages);
        return reference is null ? null : Compile(request, file.Rows, reference, file.Destinations, messages);
    }

    private static IReadOnlyList<ReferenceRow>? ReadReference(DeckRequest request, string name, RateMessages messages)
    {
        ReferenceFile? file = ReadFile(name, stream => ReferenceFile.Read(stream, name, request.Settings.TimeZone), messages);
        if (file is null)
        {
            return null;
        }

        messages.Tell(file.Notes, file.Errors);
        if (file.Errors.Count == 0)
        {
            return file.Rows;
        }

        messages.Fail($"{name} is refused, and no call was rated: {Counted(file.Errors.Count)}.");
        return null;
    }

    private static T? ReadFile<T>(string name, Func<Stream, T> read, RateMessages messages)
        where T : class
    {
        try
        {
            using Stream stream = InputFile.OpenRead(name);
            return read(stream);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            messages.Fail($"{name} cannot be read: {exception.Message}");
            return null;
        }
    }

    private static OneDeck? Compile(
        DeckRequest request, RateRows rows, IReadOnlyList<ReferenceRow> reference, DestinationList destinations,
        RateMessages messages)
    {
        OneDeckCompilation compilation = OneDeckRater.Compile(ConfigOf(request, rows), reference);
        if (compilation.Rater is null)
        {
            messages.Tell([], [.. compilation.Errors.Select(error => new ConfigError(request.File, error.Line, "", error.Reason))]);
            HashSet<int> bad = [.. compilation.Errors.Where(error => error.Subject == CompileSubject.DeckRow).Select(error => error.Row)];
            if (request.SkipBadRows && bad.Count == compilation.Errors.Count)
            {
                RateRows good = [.. rows.Where((_, place) => !bad.Contains(place))];
                compilation = OneDeckRater.Compile(ConfigOf(request, good), reference);
            }
        }

        if (compilation.Rater is null)
        {
            messages.Fail($"{request.File} is refused, and no call was rated: {Counted(compilation.Errors.Count)}.");
            return null;
        }

        return new OneDeck(compilation.Rater, destinations.Names);
    }

    private static RateDeckConfig ConfigOf(DeckRequest request, RateRows rows) =>
        new(new RateDeckId(1), Path.GetFileName(request.File), Direction.Termination, Relation.Customer, request.Settings, Interval.Always, rows);

    private static string Counted(int errors) => errors == 1 ? "1 error" : $"{errors} errors";
}
