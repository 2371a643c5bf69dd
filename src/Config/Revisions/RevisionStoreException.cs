namespace Perimeter.Config;

/// <summary>The store holds something other than what was written to it, or a revision is asked for that it does not have.</summary>
public sealed class RevisionStoreException : Exception
{
    public RevisionStoreException(string message)
        : base(message)
    {
    }

    public RevisionStoreException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
