using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Load.Matching;
using Perimeter.Load.Measuring;
using Perimeter.Rating;
using Perimeter.Rating.Codes;
using Perimeter.Rating.Decks;

namespace Perimeter.Load.Holding;

/// <summary>
/// B2: what a deck takes in memory. Matching is what the structures say of themselves; everything else is what the heap grew by, after a full collection.
/// </summary>
internal static class B2
{
    private const string Id = "B2";
    private const int Versions = 4;
    private const int Vendors = 50;
    private const int Customers = 200;
    private const double MachineBytes = 24.0 * (1L << 30);

    public static IReadOnlyList<Result> Run(BenchOptions options, TextWriter progress)
    {
        string[] codes = RatingData.DrawCodes(options.Short ? 20_000 : RatingData.Codes);
        double rows = codes.Length * (double)Versions;
        (Dictionary<string, int> dictionary, double dictionaryBytes) = Grown(() => CodesByText(codes));
        GC.KeepAlive(dictionary);

        (RateDeckConfig config, double configBytes) = Grown(() => RatingData.Dated(codes, Versions));
        List<CompileError> errors = [];

        // The buffers that compiling works in are kept for the next deck, whichever it is: they are there before what a deck takes is measured.
        RateDeck.Compile(config, 1, errors);
        (RateDeck? compiled, double deckBytes) = Grown(() => RateDeck.Compile(config, 1, errors));
        RateDeck deck = compiled ?? throw new InvalidOperationException($"The deck to measure with does not compile: {errors[0]}");
        (CodeTable table, double tableBytes) = Grown(() => new CodeTable(deck.Timelines.Codes));

        // A deck lies over the union of all decks' codes by a code of its own for each.
        double placedBytes = sizeof(int) * (double)table.Count;
        double all = Vendors + Customers;
        double compiledBytes = (all * (deckBytes + placedBytes)) + tableBytes;
        double keptBytes = compiledBytes + (all * configBytes);
        progress.WriteLine($"  {all} decks of {codes.Length:N0} codes with {Versions} versions are {all * rows:N0} versions");
        GC.KeepAlive(config);
        double matching = table.Bytes / (double)table.Count;
        return
        [
            Result.Exact(Id, "matching", "bytes/code", matching, matching / (dictionaryBytes / codes.Length), "8 goal, 16 target, 32 floor; <= 0.2 of the dictionary"),
            Result.Exact(Id, "Dictionary<string, int>, the same codes", "bytes/code", dictionaryBytes / codes.Length),
            Result.Exact(Id, "compiled deck, matching apart", "bytes/version", deckBytes / rows, asked: "<= 16"),
            Result.Exact(Id, "the deck's rows as configured, kept by the snapshot", "bytes/version", configBytes / rows),
            Result.Exact(Id, "50 vendors' and 200 customers' decks, compiled", "GiB", compiledBytes / (1L << 30)),
            Result.Exact(Id, "the same, rows as configured included", "GiB", keptBytes / (1L << 30), asked: "fits in 24 GiB"),
            Result.Exact(Id, "such decks that 24 GiB hold, compiled", "decks", Math.Floor((MachineBytes - tableBytes) / (deckBytes + placedBytes)), asked: "250"),
            Result.Exact(Id, "such decks that 24 GiB hold, as kept", "decks", Math.Floor((MachineBytes - tableBytes) / (deckBytes + placedBytes + configBytes)), asked: "250"),
        ];
    }

    /// <summary>The codes' texts are counted too: a dictionary cannot do without them.</summary>
    private static Dictionary<string, int> CodesByText(string[] codes)
    {
        Dictionary<string, int> byText = new(codes.Length);
        foreach (string code in codes)
        {
            byText.Add(new string(code.AsSpan()), byText.Count);
        }

        return byText;
    }

    private static (T Made, double Bytes) Grown<T>(Func<T> make)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        T made = make();
        return (made, GC.GetTotalMemory(forceFullCollection: true) - before);
    }
}
