using System.Text;
using Microsoft.Extensions.Time.Testing;
using Perimeter.Domain;
using Perimeter.Streaming;

namespace Perimeter.Ingest.Tests;

/// <summary>Reads records as the switch edge does, at a fixed time, into one partition that a test can look at.</summary>
internal static class Reading
{
    public static readonly DateTimeOffset Now = new(2025, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public const string Base =
        """{"switch_id":"s1","call_id":"c1","setup_time":"2025-06-15T11:00:00Z","answer_time":"2025-06-15T11:00:10Z","end_time":"2025-06-15T11:01:10Z"}""";

    public static CallIntake Intake(IngestLimits? limits = null, TimeZoneInfo? zone = null)
    {
        var intake = new CallIntake(1, limits ?? new IngestLimits(), new FakeTimeProvider(Now), zone);
        intake.Begin("http", FrameSource.None);
        return intake;
    }

    public static CallIntake Json(string body, IngestLimits? limits = null) => Json(Encoding.UTF8.GetBytes(body), limits);

    public static CallIntake Json(ReadOnlySpan<byte> body, IngestLimits? limits = null)
    {
        CallIntake intake = Intake(limits);
        new JsonCallRecords().ReadBody(body, intake);
        return intake;
    }

    public static CallIntake Ndjson(string body, IngestLimits? limits = null)
    {
        CallIntake intake = Intake(limits);
        NdjsonCallRecords.ReadBody(Encoding.UTF8.GetBytes(body), new JsonCallRecords(), intake);
        return intake;
    }

    public static CallIntake Csv(string body, TimeZoneInfo? zone = null)
    {
        CallIntake intake = Intake(zone: zone);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(body));
        CsvCallRecords.ReadBody(stream, intake);
        return intake;
    }

    /// <summary>The one good event that was read.</summary>
    public static CallEvent Only(CallIntake intake)
    {
        Assert.Empty(intake.Quarantined);
        return Assert.Single(intake.EventsOf(0).Events.ToArray());
    }

    public static string Text(CallIntake intake, CallEventText field, int row = 0)
    {
        CallEventBatch batch = intake.EventsOf(0);
        return batch.Texts.GetString(CallEventTexts.Of(ref batch[row], field));
    }

    public static string Content(QuarantinedEvent quarantined) => Encoding.UTF8.GetString(quarantined.Content.Span);
}
