using Perimeter.Domain;

namespace Perimeter.Rating.Tests.Building;

/// <summary>A small carrier: a customer's and a vendor's group of each direction, with decks to assign.</summary>
internal sealed class Carrier
{
    public const string Setup = "2026-01-15T12:00:00Z";

    private readonly List<RateDeckConfig> _decks = [];
    private readonly List<DeckAssignmentConfig> _assignments = [];

    public RatingConfig Config { get; set; } = new()
    {
        Revision = new ConfigRevision(7),
        SystemCurrency = CurrencyCode.Usd,
        Relationships =
        [
            new RelationshipConfig(new RelationshipId(1), "Acme", CurrencyCode.Usd, "UTC", Interval.Always),
            new RelationshipConfig(new RelationshipId(2), "Vendor One", CurrencyCode.Usd, "UTC", Interval.Always),
        ],
        TrunkGroups =
        [
            Group(10, "acme-in", 1, Direction.Termination, Relation.Customer),
            Group(20, "vendor-out", 2, Direction.Termination, Relation.Vendor),
            Group(30, "did-in", 2, Direction.Origination, Relation.Vendor),
            Group(40, "did-out", 1, Direction.Origination, Relation.Customer),
        ],
        Trunks = [],
        Assignments = [],
        ExchangeRates = [],
        Decks = [],
        EmergencyNumbers = EmergencyNumberConfig.Defaults,
        DestinationNames = ["", "Germany", "Germany Mobile"],
    };

    public static TrunkGroupConfig Group(
        int id, string name, int relationship, Direction direction, Relation relation, NumberingForm form = NumberingForm.E164, string techPrefix = "") =>
        new(new TrunkGroupId(id), name, new RelationshipId(relationship), direction, relation, form, techPrefix, Interval.Always);

    public Carrier With(params TrunkGroupConfig[] groups)
    {
        HashSet<TrunkGroupId> replaced = [.. groups.Select(static group => group.Id)];
        Config = Config with { TrunkGroups = [.. Config.TrunkGroups.Where(group => !replaced.Contains(group.Id)), .. groups] };
        return this;
    }

    /// <summary>Adds a deck of the group's own direction and relation, and assigns it.</summary>
    public Carrier Assign(int group, CallClass callClass, RateDeckConfig deck, Interval? inForce = null)
    {
        TrunkGroupConfig to = Config.TrunkGroups.First(candidate => candidate.Id.Value == group);
        RateDeckConfig added = deck with { Id = new RateDeckId(100 + _decks.Count), Direction = to.Direction, Relation = to.Relation };
        _decks.Add(added);
        _assignments.Add(new DeckAssignmentConfig(1 + _assignments.Count, to.Id, callClass, added.Id, inForce ?? Interval.Always));
        Config = Config with { Decks = [.. _decks], Assignments = [.. _assignments] };
        return this;
    }

    public RatingSnapshot Compile()
    {
        SnapshotCompilation compilation = RatingSnapshot.Compile(Config, null);
        Assert.Empty(compilation.Errors);
        return compilation.Snapshot!;
    }

    public IReadOnlyList<string> Errors()
    {
        SnapshotCompilation compilation = RatingSnapshot.Compile(Config, null);
        Assert.Equal(compilation.Errors.Count == 0, compilation.Snapshot is not null);
        return [.. compilation.Errors.Select(static error => error.ToString())];
    }

    public (RatedSide A, RatedSide B) Rate(Call call)
    {
        RatingSnapshot snapshot = Compile();
        RatedCallBatch batch = new();
        call.AddTo(batch.Events);
        Rater rater = new();
        rater.Rate(snapshot, batch);
        Assert.Equal(snapshot.Revision, batch.Revision);
        Explain.CallExplanation explained = rater.Explain(snapshot, batch.Events, 0);
        Assert.Equal(batch.A[0], explained.A.Result);
        Assert.Equal(batch.B[0], explained.B.Result);
        return (batch.A[0], batch.B[0]);
    }
}
