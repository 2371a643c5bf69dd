using System.Text;
using System.Text.Json;
using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Config;

/// <summary>
/// Every configuration ever published, each as a manifest of content-hashed files, so that any of them can be compiled again.
/// On disk: <c>revisions/NNNNNNNN.json</c>, <c>objects/SHA256</c>, <c>staging/</c>. A revision exists from the moment its manifest has its name.
/// </summary>
/// <remarks>
/// One process at a time may publish; others may open the folder beside it and check and load, which writes nothing. They know the revisions that there were when they opened it.
/// </remarks>
public sealed partial class RevisionStore
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly string _revisionsFolder;
    private readonly ObjectFolder _objects;
    private readonly List<RevisionManifest> _revisions = [];
    private readonly RowCache _rowCache;
    private Dictionary<string, string> _contentByPath = [];

    /// <param name="folder">Made by the first publishing.</param>
    /// <exception cref="RevisionStoreException">A manifest is damaged.</exception>
    public RevisionStore(string folder, TimeProvider clock)
    {
        Folder = folder;
        _clock = clock;
        _revisionsFolder = Path.Combine(folder, "revisions");
        _objects = new ObjectFolder(folder);
        _rowCache = new RowCache(path => _contentByPath[path]);
        ReadManifests();
    }

    public string Folder { get; }

    /// <summary>The last revision published; null before the first.</summary>
    public ConfigRevision? Current
    {
        get
        {
            lock (_lock)
            {
                return _revisions.Count == 0 ? null : _revisions[^1].Revision;
            }
        }
    }

    /// <summary>All of them, the oldest first.</summary>
    public IReadOnlyList<RevisionManifest> Revisions
    {
        get
        {
            lock (_lock)
            {
                return [.. _revisions];
            }
        }
    }

    /// <summary>All that publishing the folder now would refuse, without publishing.</summary>
    public CarrierFolder Check(string carrierFolder)
    {
        lock (_lock)
        {
            try
            {
                var cache = new RowCache(path => path);
                return WithoutReusedIds(CarrierFolder.Read(CarrierContent.Of(carrierFolder), NextRevision, LastDestinations(), cache, previous: null));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return CarrierFolder.Unreadable(carrierFolder, exception);
            }
        }
    }

    /// <summary>Checks a carrier folder, compiles it, and makes it the next revision, durably. Where its content is that of the current revision, nothing is published.</summary>
    /// <param name="previous">The snapshot in use, whose unchanged decks the new one shares.</param>
    /// <exception cref="IOException">The store cannot be written: no revision was made.</exception>
    public PublishResult Publish(string carrierFolder, RatingSnapshot? previous = null)
    {
        lock (_lock)
        {
            try
            {
                _objects.Prepare();
                return PublishStaged(carrierFolder, previous);
            }
            finally
            {
                _rowCache.Discard();
                _objects.ClearStaging();
            }
        }
    }

    /// <summary>The configuration of a revision, as it was published.</summary>
    /// <exception cref="RevisionStoreException">There is no such revision, or its content is damaged.</exception>
    public RatingConfig Load(ConfigRevision revision) => LoadSnapshot(revision).Config;

    /// <summary>The configuration of a revision, compiled.</summary>
    /// <exception cref="RevisionStoreException">There is no such revision, or its content is damaged.</exception>
    public RatingSnapshot LoadSnapshot(ConfigRevision revision, RatingSnapshot? previous = null)
    {
        lock (_lock)
        {
            RevisionManifest manifest = Find(revision);
            foreach (RevisionFile file in manifest.Files)
            {
                _objects.Verify(file);
            }

            var content = new CarrierContent(manifest.Files.ToDictionary(file => file.Path, _objects.PlaceOf));
            _contentByPath = manifest.Files.ToDictionary(file => file.Path, file => file.Sha256);
            _rowCache.Discard();
            CarrierFolder folder = CarrierFolder.Read(content, revision, DestinationsOf(manifest), _rowCache, previous);
            _rowCache.Accept();
            return folder.Snapshot
                ?? throw new RevisionStoreException($"Revision {revision.Value} of the configuration no longer compiles: {folder.Errors[0]}");
        }
    }

    /// <summary>The switches of a revision, without compiling it.</summary>
    /// <exception cref="RevisionStoreException">There is no such revision, or its content is damaged.</exception>
    public IReadOnlyList<SwitchConfig> LoadSwitches(ConfigRevision revision)
    {
        lock (_lock)
        {
            RevisionFile[] files = [.. Find(revision).Files.Where(file => CarrierReader.IsOfSwitches(file.Path))];
            foreach (RevisionFile file in files)
            {
                _objects.Verify(file);
            }

            var content = new CarrierContent(files.ToDictionary(file => file.Path, _objects.PlaceOf));
            return new CarrierReader(content, revision, new DestinationList(), new RowCache(path => path)).ReadSwitchesAlone();
        }
    }

    private PublishResult PublishStaged(string carrierFolder, RatingSnapshot? previous)
    {
        // 1. Copy into staging and check there. A crash leaves nothing but staging, which the next start clears.
        StagedFolder staged = ReadStaged(carrierFolder, previous);
        if (staged.Folder.Snapshot is null)
        {
            return new PublishResult(default, false, null, staged.Folder.Errors, staged.Folder.Notes);
        }

        List<RevisionFile> files = [.. staged.Used.Select(used => used.File)];
        if (_revisions.Count > 0 && _revisions[^1].Files.SequenceEqual(files))
        {
            return new PublishResult(_revisions[^1].Revision, false, LoadSnapshot(_revisions[^1].Revision, previous), [], staged.Folder.Notes);
        }

        IdentityLedger ledger = LedgerOfLast();
        ledger.Take(staged.Folder.Identities);
        StagedFile identities = _objects.Stage("identities.csv", ledger.ToCsv());
        StagedFile destinations = _objects.Stage("destinations.txt", WriteDestinations(staged.Destinations));

        // 2. Objects, synced. A crash leaves objects that no manifest names; the same content finds them again.
        _objects.Keep([.. staged.Used, identities, destinations]);

        // 3. The manifest, synced, gets its name: from here on the revision exists.
        var manifest = new RevisionManifest(NextRevision, _clock.GetUtcNow(), files, destinations.File, identities.File);
        Add(manifest);
        _rowCache.Accept();
        return new PublishResult(manifest.Revision, true, staged.Folder.Snapshot, [], staged.Folder.Notes);
    }

    private void Add(RevisionManifest manifest)
    {
        Directory.CreateDirectory(_revisionsFolder);
        DurableFile.SyncFolder(Folder);
        string written = _objects.StagingPlace("manifest.json");
        DurableFile.Write(written, manifest.ToJson());
        DurableFile.Rename(written, Path.Combine(_revisionsFolder, RevisionManifest.FileName(manifest.Revision)));
        _revisions.Add(manifest);
    }

    private ConfigRevision NextRevision => new(_revisions.Count == 0 ? 1 : _revisions[^1].Revision.Value + 1);

    private StagedFolder ReadStaged(string carrierFolder, RatingSnapshot? previous)
    {
        List<StagedFile> copies;
        try
        {
            copies = [.. CarrierContent.Of(carrierFolder).Places.Select(place => _objects.Stage(place.Key, place.Value))];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new StagedFolder(CarrierFolder.Unreadable(carrierFolder, exception), [], new DestinationList());
        }

        var content = new CarrierContent(copies.ToDictionary(copy => copy.File.Path, copy => copy.Place));
        _contentByPath = copies.ToDictionary(copy => copy.File.Path, copy => copy.File.Sha256);
        DestinationList destinations = LastDestinations();
        CarrierFolder folder = WithoutReusedIds(CarrierFolder.Read(content, NextRevision, destinations, _rowCache, previous));
        StagedFile[] used = [.. copies.Where(copy => content.Used.Contains(copy.File.Path)).OrderBy(copy => copy.File.Path, StringComparer.Ordinal)];
        return new StagedFolder(folder, used, destinations);
    }

    private CarrierFolder WithoutReusedIds(CarrierFolder folder)
    {
        IReadOnlyList<ConfigError> reused = LedgerOfLast().Check(folder.Identities);
        return reused.Count == 0 ? folder : folder with { Config = null, Snapshot = null, Errors = [.. folder.Errors, .. reused] };
    }

    private DestinationList LastDestinations() => _revisions.Count == 0 ? new DestinationList() : DestinationsOf(_revisions[^1]);

    private IdentityLedger LedgerOfLast() =>
        _revisions.Count == 0 ? new IdentityLedger() : IdentityLedger.FromCsv(_objects.Read(_revisions[^1].Identities));

    private DestinationList DestinationsOf(RevisionManifest manifest) =>
        new(Encoding.UTF8.GetString(_objects.Read(manifest.Destinations)).Split('\n'));

    private static byte[] WriteDestinations(DestinationList destinations) => Encoding.UTF8.GetBytes(string.Join('\n', destinations.Names));

    private void ReadManifests()
    {
        if (!Directory.Exists(_revisionsFolder))
        {
            return;
        }

        foreach (string place in Directory.EnumerateFiles(_revisionsFolder, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                _revisions.Add(RevisionManifest.FromJson(File.ReadAllBytes(place)));
            }
            catch (JsonException exception)
            {
                throw new RevisionStoreException($"{place} is damaged: bring it back from a backup of the configuration folder.", exception);
            }
        }
    }

    private sealed record StagedFolder(CarrierFolder Folder, IReadOnlyList<StagedFile> Used, DestinationList Destinations);
}
