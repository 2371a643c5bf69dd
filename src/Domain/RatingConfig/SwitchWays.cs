namespace Perimeter.Domain;

/// <summary>How records of a switch come in.</summary>
[Flags]
public enum SwitchWays : byte
{
    None = 0,

    /// <summary>Posted to <c>/v1/switches/NAME/TYPE</c>.</summary>
    Posts = 1,

    /// <summary>In files of a folder.</summary>
    Files = 2,

    /// <summary>In datagrams.</summary>
    Datagrams = 4,

    /// <summary>On a topic of Kafka.</summary>
    Topic = 8,
}

public static class SwitchTypes
{
    /// <summary>The ways by which a kind of switch can send its records.</summary>
    public static SwitchWays WaysOf(SwitchType type) => type switch
    {
        SwitchType.FreeSwitch or SwitchType.Kamailio => SwitchWays.Posts | SwitchWays.Files,
        SwitchType.OpenSips => SwitchWays.Posts | SwitchWays.Datagrams | SwitchWays.Topic,
        SwitchType.Yeti => SwitchWays.Posts,
        SwitchType.None => SwitchWays.None,
        _ => SwitchWays.Files,
    };
}
