using System.Runtime.InteropServices;

namespace Perimeter.Warehouse.Native;

/// <summary>Finds the engine's shared library.</summary>
public static class LibChdbFile
{
    /// <summary>Names the library's file, in place of the one that npm restored.</summary>
    public const string Variable = "PERIMETER_LIBCHDB";

    /// <summary>The file that <see cref="Variable"/> names, else the one under node_modules in the program's folder or one above it.</summary>
    /// <exception cref="WarehouseUnavailableException">There is none; the message says what to do.</exception>
    public static string Find()
    {
        string? named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new WarehouseUnavailableException($"{Variable} names {named}, which is no file. Unset it, or name a libchdb.so.");
        }

        string package = PackageName();
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "node_modules", "@chdb", package, "libchdb.so");
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new WarehouseUnavailableException(
            $"The ClickHouse engine was not found: no node_modules/@chdb/{package}/libchdb.so in {AppContext.BaseDirectory} or above it. "
            + $"Run `npm ci` in the folder of package.json, or set {Variable} to a libchdb.so.");
    }

    private static string PackageName()
    {
        string architecture = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        return OperatingSystem.IsMacOS() ? $"lib-darwin-{architecture}" : $"lib-linux-{architecture}-gnu";
    }
}
