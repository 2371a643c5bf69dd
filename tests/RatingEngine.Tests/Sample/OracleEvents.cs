using Perimeter.Domain;
using Perimeter.Oracle;

namespace Perimeter.RatingEngine.Tests.Sample;

/// <summary>Turns records as the oracle reads them into events of the product.</summary>
internal static class OracleEvents
{
    public static void Add(CallEventBatch batch, CallRecord record)
    {
        ref CallEvent added = ref batch.Add();
        added.Attempt = (ushort)record.Attempt;
        added.Final = record.Final;
        added.SourcePort = record.SourcePort == 0 ? CallEvent.NoNumber : record.SourcePort;
        added.SetupMs = record.SetupMs!.Value;
        added.AnswerMs = record.AnswerMs ?? CallEvent.NoInstant;
        added.EndMs = record.EndMs!.Value;
        added.AnswerBMs = record.AnswerBMs ?? CallEvent.NoInstant;
        added.EndBMs = record.EndBMs ?? CallEvent.NoInstant;
        foreach ((CallEventText field, string text) in Texts(record))
        {
            CallEventTexts.Of(ref added, field) = batch.Texts.Add(text);
        }
    }

    private static (CallEventText Field, string Text)[] Texts(CallRecord record) =>
    [
        (CallEventText.SwitchId, record.SwitchId), (CallEventText.CallId, record.CallId), (CallEventText.TrunkGroupA, record.TrunkGroupA),
        (CallEventText.TrunkGroupB, record.TrunkGroupB), (CallEventText.SourceIp, record.SourceIp), (CallEventText.Protocol, record.Protocol),
        (CallEventText.TechPrefix, record.TechPrefix), (CallEventText.VendorTrunk, record.VendorTrunk), (CallEventText.Ani, record.Ani),
        (CallEventText.Dnis, record.Dnis), (CallEventText.AniSent, record.AniSent), (CallEventText.DnisSent, record.DnisSent),
        (CallEventText.Lrn, record.Lrn), (CallEventText.Oli, record.Oli),
    ];
}
