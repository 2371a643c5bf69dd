using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>Every configuration ever published, each as a manifest of content-hashed files, so that any of them can be compiled again.</summary>
public sealed class RevisionStore
{
    /// <param name="folder">Made where it is missing. One process at a time owns it.</param>
    public RevisionStore(string folder, TimeProvider clock) => (Folder, Clock) = (folder, clock);

    public string Folder { get; }

    private TimeProvider Clock { get; }

    /// <summary>The last revision published; null before the first.</summary>
    public ConfigRevision? Current => null;

    /// <summary>All of them, the oldest first.</summary>
    public IReadOnlyList<RevisionManifest> Revisions => [];

    /// <summary>Checks a carrier folder, compiles it, and makes it the next revision, durably.</summary>
    public PublishResult Publish(string carrierFolder) => throw new NotSupportedException();

    /// <summary>All that publishing the folder now would refuse, without publishing.</summary>
    public CarrierFolder Check(string carrierFolder) => throw new NotSupportedException();

    /// <summary>The configuration of a revision, as it was published.</summary>
    public RatingConfig Load(ConfigRevision revision) => throw new NotSupportedException();
}
