using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;

namespace Perimeter.Config.Tests;

public sealed class RevisionStoreTests : IDisposable
{
    private readonly CarrierDirectory _carrier = new();
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "revisions-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero));

    public void Dispose()
    {
        _carrier.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public void A_store_that_nothing_was_published_to_has_no_revision_and_no_files()
    {
        RevisionStore store = Open();
        Assert.Null(store.Current);
        Assert.Empty(store.Revisions);
        Assert.False(Directory.Exists(_folder));
    }

    [Fact]
    public void What_was_published_is_there_after_a_restart_and_compiles_to_the_same()
    {
        PublishResult published = Publish();
        Assert.Equal((new ConfigRevision(1), true), (published.Revision, published.Changed));
        RevisionStore again = Open();
        Assert.Equal(new ConfigRevision(1), again.Current);
        RevisionManifest manifest = Assert.Single(again.Revisions);
        Assert.Equal(_clock.GetUtcNow(), manifest.PublishedAt);
        Assert.Equal(
            ["assignments.csv", "decks.csv", "decks/acme.csv", "decks/baltic.csv", "relationships.csv", "trunk_groups.csv", "trunks.csv"],
            manifest.Files.Select(file => file.Path));
        AssertSame(published.Config!, again.Load(new ConfigRevision(1)));
    }

    [Fact]
    public void The_same_content_again_is_the_same_revision()
    {
        Publish();
        _carrier.Write("notes.txt", "not part of a carrier folder");
        PublishResult again = Publish();
        Assert.Equal((new ConfigRevision(1), false), (again.Revision, again.Changed));
        Assert.NotNull(again.Snapshot);
        Assert.Single(Open().Revisions);
    }

    [Fact]
    public void Every_revision_can_be_loaded_as_it_was()
    {
        Publish();
        _carrier.Append("decks/acme.csv", "49,Germany,0.01,\n");
        Publish();
        _carrier.Write("decks/acme.csv", "code,destination,rate\n33,France,0.07\n");
        Publish();
        RevisionStore store = Open();
        Assert.Equal(new ConfigRevision(3), store.Current);
        Assert.Equal([["44", "371"], ["44", "371", "49"], ["33"]], store.Revisions.Select(each => store.Load(each.Revision).Decks[0].Rows.Select(row => row.CodeText)));
        Assert.Equal([1, 2, 3], store.Revisions.Select(each => store.Load(each.Revision).Revision.Value));
    }

    [Fact]
    public void A_destination_keeps_its_number_whatever_comes_and_goes()
    {
        Publish();
        _carrier.Write("decks/acme.csv", "code,destination,rate\n33,France,0.07\n49,Germany,0.02\n");
        Publish();
        _carrier.Write("decks/acme.csv", "code,destination,rate\n371,Latvia,0.07\n49,Germany,0.02\n");
        Publish();
        RatingConfig last = Open().Load(new ConfigRevision(3));
        Assert.Equal(["", "United Kingdom", "Latvia", "Latvia Mobile", "France", "Germany"], last.DestinationNames);
        Assert.Equal([2, 5], last.Decks[0].Rows.Select(row => row.Destination.Value));
        Assert.Equal(["", "United Kingdom", "Latvia", "Latvia Mobile"], Open().Load(new ConfigRevision(1)).DestinationNames);
    }

    [Fact]
    public void Numbers_of_destinations_that_were_only_checked_are_not_kept()
    {
        RevisionStore store = Open();
        Publish(store);
        string good = _carrier.Read("decks/acme.csv");
        _carrier.Write("decks/acme.csv", "code,destination,rate\n1,Checked,0.07\n");
        Assert.Empty(store.Check(_carrier.Folder).Errors);
        _carrier.Write("trunks.csv", "id\n");
        Assert.NotEmpty(Publish(store).Errors);
        _carrier.Delete("trunks.csv");
        _carrier.Write("decks/acme.csv", good + "49,Germany,0.01,\n");
        Publish(store);
        _carrier.Write("decks/acme.csv", "code,destination,rate\n1,Checked,0.07\n");
        RatingConfig last = Publish(store).Config!;
        Assert.Equal(["", "United Kingdom", "Latvia", "Latvia Mobile", "Germany", "Checked"], last.DestinationNames);
        Assert.Equal(5, last.Decks[0].Rows[0].Destination.Value);
    }

    [Fact]
    public void A_deck_that_stays_as_it_is_stays_the_same_object()
    {
        RevisionStore store = Open();
        PublishResult one = Publish(store);
        _carrier.Append("decks/acme.csv", "49,Germany,0.01,\n");
        PublishResult two = Publish(store);
        Assert.NotSame(one.Config!.Decks[0].Rows, two.Config!.Decks[0].Rows);
        Assert.Same(one.Config.Decks[1].Rows, two.Config.Decks[1].Rows);
    }

    [Fact]
    public void A_bad_folder_is_refused_and_leaves_nothing_behind()
    {
        Publish();
        string[] before = FilesOfStore();
        _carrier.Write("decks/acme.csv", "code,rate\n44,x\n");
        PublishResult refused = Publish();
        Assert.Equal(["decks/acme.csv:2: column rate: 'x' is not a number"], refused.Errors.Select(error => error.ToString()));
        Assert.Null(refused.Config);
        Assert.Equal(before, FilesOfStore());
    }

    [Theory]
    [InlineData("trunk_groups.csv", "2,Baltic out,Baltic,termination,vendor,7788#", "2,Baltic out,Acme,termination,vendor,7788#",
        "trunk_groups.csv:3: column id: '2' was published as 'Baltic out', termination-vendor of relationship 2 and is now 'Baltic out', termination-vendor of relationship 1: an id is never used for another thing, take a new one")]
    [InlineData("trunks.csv", "2,baltic-1,Baltic out", "2,baltic-1,Acme in",
        "trunks.csv:3: column id: '2' was published as 'baltic-1', of trunk group 2 and is now 'baltic-1', of trunk group 1: an id is never used for another thing, take a new one")]
    public void An_id_that_meant_another_thing_is_refused(string file, string before, string after, string error)
    {
        Publish();
        _carrier.Write(file, _carrier.Read(file).Replace(before, after, StringComparison.Ordinal));
        Assert.Contains(error, Open().Check(_carrier.Folder).Errors.Select(each => each.ToString()));
        Assert.Contains(error, Publish().Errors.Select(each => each.ToString()));
    }

    [Fact]
    public void An_id_that_was_taken_away_comes_back_only_under_its_name()
    {
        string with = _carrier.Read("trunks.csv");
        Publish();
        _carrier.Write("trunks.csv", "id,name,trunk_group,address,port\n1,acme-1,Acme in,192.0.2.1,5060\n");
        Publish();
        _carrier.Write("trunks.csv", with.Replace("baltic-1", "baltic-9", StringComparison.Ordinal));
        Assert.Equal(
            ["trunks.csv:3: column id: '2' was published as 'baltic-1' and taken away: an id is never used for another thing, take a new one"],
            Publish().Errors.Select(error => error.ToString()));
        _carrier.Write("trunks.csv", with);
        Assert.Equal(new ConfigRevision(3), Publish().Revision);
    }

    [Fact]
    public void A_thing_may_be_renamed_while_it_is_there()
    {
        Publish();
        _carrier.Write("trunks.csv", _carrier.Read("trunks.csv").Replace("baltic-1", "baltic-9", StringComparison.Ordinal));
        Assert.Equal(new ConfigRevision(2), Publish().Revision);
    }

    [Fact]
    public void Damage_is_told_and_never_compiled()
    {
        PublishResult published = Publish();
        RevisionFile deck = Open().Revisions[0].Files.Single(file => file.Path == "decks/acme.csv");
        string place = Path.Combine(_folder, "objects", deck.Sha256);
        File.WriteAllText(place, File.ReadAllText(place).Replace("0.02", "0.03", StringComparison.Ordinal));
        RevisionStoreException damaged = Assert.Throws<RevisionStoreException>(() => Open().Load(published.Revision));
        Assert.Equal($"{place}, the content of decks/acme.csv, is damaged: bring it back from a backup of the configuration folder.", damaged.Message);
        File.Delete(place);
        Assert.Contains("is missing", Assert.Throws<RevisionStoreException>(() => Open().Load(published.Revision)).Message, StringComparison.Ordinal);
        Assert.Throws<RevisionStoreException>(() => Open().Load(new ConfigRevision(7)));
    }

    [Fact]
    public void A_damaged_manifest_is_told_at_the_start()
    {
        Publish();
        string place = Path.Combine(_folder, "revisions", "00000001.json");
        File.WriteAllText(place, "{");
        Assert.StartsWith($"{place} is damaged", Assert.Throws<RevisionStoreException>(Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_published_as_gzip_is_kept_as_it_is()
    {
        string plain = Path.Combine(_carrier.Folder, "decks", "acme.csv");
        using (var gzip = new System.IO.Compression.GZipStream(File.Create(plain + ".gz"), System.IO.Compression.CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(plain));
        }

        File.Delete(plain);
        _carrier.Write("decks.csv", _carrier.Read("decks.csv").Replace("decks/acme.csv", "decks/acme.csv.gz", StringComparison.Ordinal));
        Publish();
        Assert.Equal(["44", "371"], Open().Load(new ConfigRevision(1)).Decks[0].Rows.Select(row => row.CodeText));
    }

    private RevisionStore Open() => new(_folder, _clock);

    private PublishResult Publish(RevisionStore? store = null) => (store ?? Open()).Publish(_carrier.Folder);

    private string[] FilesOfStore() => [.. Directory.EnumerateFileSystemEntries(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static void AssertSame(RatingConfig expected, RatingConfig actual)
    {
        Assert.Equal(expected.Relationships, actual.Relationships);
        Assert.Equal(expected.TrunkGroups, actual.TrunkGroups);
        Assert.Equal(expected.Trunks, actual.Trunks);
        Assert.Equal(expected.Assignments, actual.Assignments);
        Assert.Equal(expected.DestinationNames, actual.DestinationNames);
        Assert.Equal(expected.Decks.SelectMany(deck => deck.Rows), actual.Decks.SelectMany(deck => deck.Rows));
    }
}
