using System.Collections.Concurrent;
using Perimeter.Domain;
using Perimeter.Ingest.Switches;

namespace Perimeter.Ingest;

/// <summary>One way by which requests come in: its key, and what reads its bodies.</summary>
internal sealed class RequestSource
{
    private readonly Func<CallIntake, RequestReader> _newReader;
    private readonly TimeZoneInfo? _zone;

    // At most as many as requests are ever worked on side by side.
    private readonly ConcurrentBag<RequestReader> _idle = [];

    private RequestSource(string name, string kind, byte[] keyHash, TimeZoneInfo? zone, Func<CallIntake, RequestReader> newReader)
    {
        Name = name;
        Kind = kind;
        KeyHash = keyHash;
        _zone = zone;
        _newReader = newReader;
    }

    /// <summary>As the quarantine names it.</summary>
    public string Name { get; }

    /// <summary>The kind of its switch, as it stands in the address; empty where it posts nothing in words of its own.</summary>
    public string Kind { get; }

    public byte[] KeyHash { get; }

    public static RequestSource OfRecords(string apiKey) => new("http", "", RequestKey.HashOf(apiKey), zone: null, intake => new RecordBodies(intake));

    /// <param name="config">The switch.</param>
    /// <param name="apiKey">The key where the switch has none of its own.</param>
    public static RequestSource OfSwitch(SwitchConfig config, string apiKey)
    {
        SwitchKind? kind = SwitchKind.Of(config.Type);
        return new RequestSource(
            SwitchSource.Of(config),
            kind?.Bodies is null ? "" : kind.Name,
            RequestKey.HashOf(config.Key.Length > 0 ? config.Key : apiKey),
            config.FindZone(),
            intake => new SwitchBodies(intake, kind!.Bodies!(config)));
    }

    /// <summary>What switches write in a Content-Type says little: theirs is told by the body alone.</summary>
    public BodyFormat? FormatOf(string? contentType) => Kind.Length > 0 ? null : BodyFormats.FromContentType(contentType);

    public RequestReader? Take() => _idle.TryTake(out RequestReader? reader) ? reader : null;

    public RequestReader NewReader(int partitionCount, IngestLimits limits, TimeProvider clock) => _newReader(new CallIntake(partitionCount, limits, clock, _zone));

    public void Keep(RequestReader reader) => _idle.Add(reader);
}
