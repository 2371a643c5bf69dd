using Perimeter.Domain;

namespace Perimeter.Commands;

/// <summary>Where the folders of a switch are.</summary>
internal static class SwitchFolders
{
    /// <summary>A path that does not begin at the root is one within the data folder of the process that takes the calls.</summary>
    public static SwitchConfig Of(SwitchConfig config, string dataFolder) => config with
    {
        Folder = config.Folder.Length > 0 ? Path.GetFullPath(config.Folder, dataFolder) : "",
        Archive = config.Archive.Length > 0 ? Path.GetFullPath(config.Archive, dataFolder) : "",
    };
}
