namespace Perimeter.Domain;

/// <summary>What the system's refusals mean where something is written.</summary>
public static class DiskErrors
{
    /// <summary>No room, or no more room for this user: ENOSPC and EDQUOT, as Linux and as macOS count them.</summary>
    public static bool IsFull(IOException failure) => failure.HResult is 28 or 122 or 69;
}
