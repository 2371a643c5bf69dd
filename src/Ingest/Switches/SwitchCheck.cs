using System.Text;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Records;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Switches;

/// <summary>What became of one record of a sample: the fields of an attempt; or why it was refused, with its bytes; or why it is no attempt.</summary>
public sealed record CheckedRecord(long Place)
{
    public IReadOnlyList<FieldShown> Fields { get; init; } = [];

    /// <summary>The field that it was refused for; empty where it is the record as a whole, or where it was not refused.</summary>
    public string RefusedField { get; init; } = "";

    /// <summary>Null where it was not refused.</summary>
    public string? Refused { get; init; }

    /// <summary>The beginning of a refused record as it came.</summary>
    public string Content { get; init; } = "";

    /// <summary>Null where it was not passed over.</summary>
    public string? PassedOver { get; init; }
}

/// <summary>Reads a sample of a switch's records by the code that takes them, and takes none.</summary>
public static class SwitchCheck
{
    private const int ShownBytes = 400;

    /// <summary>Reads the first records of a file that the switch wrote, or that holds what it posts.</summary>
    /// <exception cref="CallFileException">The file as a whole cannot be read; the message says what to do.</exception>
    public static IReadOnlyList<CheckedRecord> Read(SwitchConfig config, string path, int mostRecords, TimeProvider clock)
    {
        SwitchKind kind = SwitchKind.Of(config.Type) ?? throw new ArgumentException($"{config.Type} is no type of switch.", nameof(config));
        IngestLimits limits = new();
        // Lines are counted from 1, records of a body from 0.
        Collector seen = new(mostRecords, kind.Files is null ? 1 : 0);
        CallIntake intake = new(1, limits, clock, config.FindZone()) { Watcher = seen };
        intake.Begin(SwitchSource.Of(config), new FrameSource(FrameSourceKind.File, path, 0));
        try
        {
            using Stream file = InputFile.OpenRead(path);
            if (kind.Files is { } files)
            {
                using FileContent content = new(file, 0, _ => true);
                IFileRecords records = files(config).Open(content, path, limits);
                while (seen.HasRoom && records.ReadRecord(intake))
                {
                }
            }
            else
            {
                kind.Bodies!(config).ReadBody(WholeOf(file, path, limits), intake);
            }
        }
        catch (Exception e) when (e is InvalidDataException or UnauthorizedAccessException || (e is IOException and not CallFileException))
        {
            throw new CallFileException(path, $"cannot be read: {e.Message}", e);
        }

        return seen.Records;
    }

    private static byte[] WholeOf(Stream file, string path, IngestLimits limits)
    {
        using MemoryStream whole = new();
        byte[] buffer = new byte[64 << 10];
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            whole.Write(buffer, 0, read);
            if (whole.Length > limits.MaxDecompressedBytes)
            {
                throw new CallFileException(path, $"is longer than the {limits.MaxDecompressedBytes} bytes that a request may have: give a file of fewer records.");
            }
        }

        return whole.ToArray();
    }

    private sealed class Collector(int most, int first) : IIntakeWatcher
    {
        private readonly List<CheckedRecord> _records = [];

        public IReadOnlyList<CheckedRecord> Records => _records;

        public bool HasRoom => _records.Count < most;

        public void Accepted(long place, CallRecord record) => Add(new CheckedRecord(place + first) { Fields = EventFields.Of(record, record.Texts) });

        public void PutAside(RecordError error, ReadOnlySpan<byte> content) => Add(new CheckedRecord(error.Place + first)
        {
            RefusedField = error.Field,
            Refused = error.Reason,
            Content = Encoding.UTF8.GetString(content[..Math.Min(content.Length, ShownBytes)]),
        });

        public void PassedOver(long place, string reason) => Add(new CheckedRecord(place + first) { PassedOver = reason });

        private void Add(CheckedRecord record)
        {
            if (HasRoom)
            {
                _records.Add(record);
            }
        }
    }
}
