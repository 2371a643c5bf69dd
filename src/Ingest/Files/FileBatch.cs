namespace Perimeter.Ingest;

/// <summary>What taking one batch of a file's lines came to.</summary>
internal enum FileBatch
{
    /// <summary>There may be more.</summary>
    More,

    /// <summary>All whole lines are taken.</summary>
    AtEnd,

    /// <summary>The file was cut or written anew while it was read: nothing of the batch was taken.</summary>
    Changed,
}
