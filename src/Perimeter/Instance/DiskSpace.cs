namespace Perimeter.Commands;

internal static class DiskSpace
{
    // ENOSPC as .NET reports it: the errno on Unix, ERROR_DISK_FULL's HRESULT elsewhere.
    private const int NoSpaceErrno = 28;
    private const int DiskFullHResult = unchecked((int)0x80070070);

    public static bool IsFull(Exception failure) =>
        failure is IOException && (failure.HResult == NoSpaceErrno || failure.HResult == DiskFullHResult);

    /// <param name="folder">On that disk.</param>
    /// <param name="cause">How it was noticed.</param>
    /// <param name="detail">Behind all else.</param>
    public static CommandException Full(string folder, Exception cause, string detail = "") =>
        new($"The disk that holds {folder} is full. Free some space, or name a folder on another disk with {Settings.Data.Name}.{detail}", inner: cause);
}
