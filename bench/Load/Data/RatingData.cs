using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Load.Data;

/// <summary>Decks and calls to measure with: real prefixes, prices and numbers drawn with a fixed seed.</summary>
internal static class RatingData
{
    public const int Codes = 500_000;

    /// <summary>The prefixes that are in use, without children made up.</summary>
    public const int RealCodes = 59_000;

    public const int BatchRows = 8192;
    private const int Seed = 20_260_101;
    private const char UsCode = '1';
    private const int GroupsOfAKind = 15;

    // So that 32 batches are a day, with a midnight between.
    private const long MsBetweenCalls = 330;

    private const int ExpiredOf = 16;
    private const int ChangedOf = 8;
    private const long DayMs = 86_400_000;
    private const long MonthMs = 30 * DayMs;
    private const string Prefixes = "samples/data/e164-prefixes.csv";

    public static long SetupMs { get; } = new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The real prefixes, and children of them until there are so many.</summary>
    public static string[] DrawCodes(int count)
    {
        Random random = new(Seed);
        List<string> codes = [.. File.ReadLines(FindUpwards(Prefixes)).Skip(1).Select(static line => line.Split(',')[0]).Where(static code => code[0] != '0')];
        HashSet<string> known = [.. codes];
        while (codes.Count < count)
        {
            string child = codes[random.Next(codes.Count)] + (char)('0' + random.Next(10));
            if (child.Length <= 12 && known.Add(child))
            {
                codes.Add(child);
            }
        }

        return [.. codes.Take(count)];
    }

    /// <summary>
    /// One code in sixteen has expired, and gives way to its parent; with <paramref name="changes"/>, one in eight has a second row that begins with the next midnight.
    /// </summary>
    public static RateDeckConfig International(string[] codes, Relation relation, int seed = Seed, bool changes = false)
    {
        Random random = new(seed);
        Interval inForce = new(SetupMs - DayMs, Interval.EndlessMs);
        Interval expired = new(SetupMs - DayMs, SetupMs - 1);
        Interval changed = new(SetupMs + (DayMs / 2), Interval.EndlessMs);
        List<RateRow> rows = [];
        foreach (string code in codes)
        {
            rows.Add(new RateRow
            {
                Code = E164.Parse(code), CodeText = code, Rate = new Rate(random.Next(1_000_000, 500_000_000)), Line = rows.Count + 2,
                InForce = random.Next(ExpiredOf) == 0 && code.Length > 3 ? expired : inForce,
                Increment = random.Next(2) == 0 ? new BillingIncrement(1, 1) : new BillingIncrement(60, 60),
            });
            if (changes && random.Next(ChangedOf) == 0)
            {
                rows.Add(rows[^1] with { Rate = new Rate(random.Next(1_000_000, 500_000_000)), InForce = changed, Line = rows.Count + 2 });
            }
        }

        return new RateDeckConfig(
            new RateDeckId(1), "A-Z", Direction.Termination, relation, new RateDeckSettings { Type = DeckType.InternationalDialed }, Interval.Always, [.. rows]);
    }

    /// <summary>Each code with so many rows, one month after another, the last a day before the calls.</summary>
    public static RateDeckConfig Dated(string[] codes, int versions)
    {
        Random random = new(Seed);
        RateRowsBuilder rows = new();
        for (int version = 0; version < versions; version++)
        {
            Interval inForce = new(SetupMs - DayMs - ((versions - 1 - version) * MonthMs), Interval.EndlessMs);
            foreach (string code in codes)
            {
                rows.Add(new RateRow
                {
                    Code = E164.Parse(code), CodeText = code, Rate = new Rate(random.Next(1_000_000, 500_000_000)), Line = rows.Count + 2,
                    InForce = inForce, Upload = version + 1,
                });
            }
        }

        return International([], Relation.Customer) with { Rows = rows.ToRows() };
    }

    /// <summary>Every NPA and 30,000 NPANXX, each with three rates.</summary>
    public static RateDeckConfig UsCanada(Relation relation)
    {
        Random random = new(Seed + 1);
        HashSet<string> codes = [];
        while (codes.Count < 30_000)
        {
            codes.Add($"1{random.Next(2, 10)}{random.Next(100):00}{random.Next(2, 10)}{random.Next(100):00}");
        }

        codes.UnionWith(Enumerable.Range(200, 800).Select(static npa => $"1{npa}"));
        return new RateDeckConfig(
            new RateDeckId(2), "US", Direction.Termination, relation, new RateDeckSettings { Type = DeckType.Npanxx }, Interval.Always,
            [.. codes.Select((code, i) => new RateRow
            {
                Code = E164.Parse(code), CodeText = code, Interstate = new Rate(random.Next(1_000_000)), Intrastate = new Rate(random.Next(1_000_000)),
                Indeterminate = new Rate(random.Next(1_000_000)), Line = i + 2, Increment = new BillingIncrement(6, 6),
            })]);
    }

    /// <summary>Thirty groups of both kinds, an A-Z deck of the codes and a US deck on each side.</summary>
    public static RatingSnapshot Carrier(string[] codes) => Compile(CarrierConfig(codes, codes, 1), null);

    public static RatingSnapshot Compile(RatingConfig config, RatingSnapshot? previous) =>
        RatingSnapshot.Compile(config, previous).Snapshot ?? throw new InvalidOperationException("The carrier to measure with does not compile.");

    /// <param name="prices">Another number, other prices of the customers.</param>
    public static RatingConfig CarrierConfig(string[] customerCodes, string[] vendorCodes, int prices)
    {
        List<RateDeckConfig> decks = [];
        List<TrunkGroupConfig> groups = [];
        List<DeckAssignmentConfig> assignments = [];
        foreach (Relation relation in (Relation[])[Relation.Customer, Relation.Vendor])
        {
            RateDeckId international = new(decks.Count + 1);
            RateDeckId us = new(decks.Count + 2);
            decks.Add(International(relation == Relation.Customer ? customerCodes : vendorCodes, relation, Seed + (relation == Relation.Customer ? prices : -1), changes: true) with { Id = international });
            decks.Add(UsCanada(relation) with { Id = us });
            for (int i = 0; i < GroupsOfAKind; i++)
            {
                TrunkGroupId group = new(groups.Count + 1);
                groups.Add(new TrunkGroupConfig(
                    group, $"{relation} group {i}", new RelationshipId(1), Direction.Termination, relation, NumberingForm.E164, "", Interval.Always));
                assignments.Add(new DeckAssignmentConfig(assignments.Count + 1, group, CallClass.International, international, Interval.Always));
                assignments.Add(new DeckAssignmentConfig(assignments.Count + 1, group, CallClass.UsCanada, us, Interval.Always));
            }
        }

        return new RatingConfig
        {
            Revision = new ConfigRevision(1), SystemCurrency = CurrencyCode.Usd, Relationships = [], TrunkGroups = groups, Trunks = [],
            Assignments = assignments, ExchangeRates = [], Decks = decks, EmergencyNumbers = EmergencyNumberConfig.Defaults, DestinationNames = [""],
        };
    }

    /// <summary>Ended attempts, half of them answered, half to the US with an LRN on some.</summary>
    public static RatedCallBatch Calls(string[] codes, int count, int draw = 0) => Calls(codes, count, draw, withUs: true);

    /// <summary>Ended attempts, half of them answered, none to the US and Canada.</summary>
    public static RatedCallBatch InternationalCalls(string[] codes, int count, int draw) => Calls(codes, count, draw, withUs: false);

    private static RatedCallBatch Calls(string[] codes, int count, int draw, bool withUs)
    {
        Random random = new(Seed + 3 + draw);
        byte[] numbers = NumberDraw.Draw(withUs ? codes : [.. codes.Where(static code => code[0] != UsCode)], count, NumberSpread.Uniform, draw);
        RatedCallBatch batch = new();
        for (int i = 0; i < count; i++)
        {
            Span<byte> number = numbers.AsSpan(i * NumberDraw.Digits, NumberDraw.Digits);
            number[0] = withUs || number[0] != UsCode ? number[0] : (byte)'9';
            ref CallEvent added = ref batch.Events.Add();
            TextArena texts = batch.Events.Texts;
            bool us = withUs && random.Next(2) == 0;
            added.SetupMs = SetupMs + (((draw * (long)BatchRows) + i) * MsBetweenCalls) + random.Next(60_000);
            added.EndMs = added.SetupMs + random.Next(600_000);
            added.AnswerMs = random.Next(2) == 0 ? added.SetupMs : CallEvent.NoInstant;
            added.SwitchId = texts.Add("switch-1");
            added.CallId = texts.Add($"call-{(draw * (long)BatchRows) + i:000000000000}");
            added.TrunkGroupA = texts.Add($"Customer group {random.Next(GroupsOfAKind)}");
            added.TrunkGroupB = texts.Add($"Vendor group {random.Next(GroupsOfAKind)}");
            added.Ani = texts.Add(UsNumber(random));
            added.Dnis = us ? texts.Add(UsNumber(random)) : texts.Add(number);
            added.Lrn = us && random.Next(4) == 0 ? texts.Add(UsNumber(random)) : default;
        }

        return batch;
    }

    private static string UsNumber(Random random) =>
        $"1{random.Next(2, 10)}{random.Next(100):00}{random.Next(2, 10)}{random.Next(100):00}{random.Next(10_000):0000}";

    private static string FindUpwards(string file)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, file);
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new FileNotFoundException($"{file} was not found above {AppContext.BaseDirectory}: run from a clone of the repository.");
    }
}
