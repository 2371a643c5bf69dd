namespace Perimeter.Commands;

internal static class DiskSpace
{
    // ENOSPC as .NET reports it: the errno on Unix, ERROR_DISK_FULL's HRESULT elsewhere.
    private const int NoSpaceErrno = 28;
    private const int DiskFullHResult = unchecked((int)0x80070070);

    public static bool IsFull(Exception failure) =>
        failure is IOException && (failure.HResult == NoSpaceErrno || failure.HResult == DiskFullHResult);
}
