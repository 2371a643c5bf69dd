using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;

namespace Perimeter.Config.Tests;

/// <summary>
/// What a crash can leave behind is a prefix of the changes that publishing makes to the folder, in their order: staging, objects, manifest.
/// Each prefix is laid out from the states before and after, and the store must open on it as it was, and publish.
/// </summary>
public sealed class RevisionStoreCrashTests : IDisposable
{
    private readonly CarrierDirectory _carrier = new();
    private readonly string _root = Path.Combine(Path.GetTempPath(), "crash-" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture));
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 25, 8, 0, 0, TimeSpan.Zero));

    public void Dispose()
    {
        _carrier.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void A_crash_at_any_step_of_publishing_leaves_the_revision_before_or_the_new_one()
    {
        string before = Path.Combine(_root, "before");
        new RevisionStore(before, _clock).Publish(_carrier.Folder);
        string after = Path.Combine(_root, "after");
        Copy(before, after);
        _carrier.Append("decks/acme.csv", "49,Germany,0.01,\n");
        _carrier.Append("trunks.csv", "3,acme-2,Acme in,192.0.2.3,5060\n");
        new RevisionStore(after, _clock).Publish(_carrier.Folder);
        string manifest = Path.Combine("revisions", "00000002.json");
        string[] made = [.. FilesOf(after).Except(FilesOf(before)).Where(file => file != manifest).Order(StringComparer.Ordinal)];
        Assert.Equal(4, made.Length);

        for (int step = 0; step <= made.Length + 1; step++)
        {
            foreach (bool torn in (bool[])[false, true])
            {
                string crashed = Path.Combine(_root, $"crashed-{step}-{torn}");
                Copy(before, crashed);
                foreach (string file in made.Take(step))
                {
                    File.Copy(Path.Combine(after, file), Path.Combine(crashed, file));
                }

                if (step > made.Length)
                {
                    File.Copy(Path.Combine(after, manifest), Path.Combine(crashed, manifest));
                }

                // The step under way when the process died: a piece of a file in staging.
                Directory.CreateDirectory(Path.Combine(crashed, "staging"));
                File.WriteAllText(Path.Combine(crashed, "staging", "1"), torn ? "half a fi" : "");
                HoldsAndPublishes(crashed, isThere: step > made.Length);
            }
        }
    }

    [Fact]
    public void An_object_that_a_crash_left_damaged_is_written_anew()
    {
        string folder = Path.Combine(_root, "store");
        var store = new RevisionStore(folder, _clock);
        store.Publish(_carrier.Folder);
        string copy = Path.Combine(_root, "copy");
        Copy(folder, copy);
        Directory.Delete(Path.Combine(copy, "revisions"), recursive: true);
        string some = FilesOf(copy).First(file => file.StartsWith("objects", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(copy, some), "torn");
        Assert.Equal(new ConfigRevision(1), new RevisionStore(copy, _clock).Publish(_carrier.Folder).Revision);
        Assert.Equal(2, new RevisionStore(copy, _clock).Load(new ConfigRevision(1)).Decks.Count);
    }

    private void HoldsAndPublishes(string folder, bool isThere)
    {
        var store = new RevisionStore(folder, _clock);
        Assert.Equal(new ConfigRevision(isThere ? 2 : 1), store.Current);
        Assert.Equal(isThere ? 3 : 2, store.Load(store.Current!.Value).Decks[0].Rows.Count);
        PublishResult again = store.Publish(_carrier.Folder);
        Assert.Equal((new ConfigRevision(2), !isThere), (again.Revision, again.Changed));
        var reopened = new RevisionStore(folder, _clock);
        Assert.Equal([2, 3], reopened.Revisions.Select(each => reopened.Load(each.Revision).Decks[0].Rows.Count));
        Assert.False(Directory.Exists(Path.Combine(folder, "staging")));
    }

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal);

    private static void Copy(string from, string to)
    {
        foreach (string file in FilesOf(from))
        {
            string place = Path.Combine(to, file);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy(Path.Combine(from, file), place);
        }
    }
}
