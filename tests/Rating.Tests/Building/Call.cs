using System.Text;
using Perimeter.Domain;

namespace Perimeter.Rating.Tests.Building;

/// <summary>One ended attempt; answered for a minute unless said otherwise.</summary>
internal sealed record Call
{
    public string A { get; init; } = "acme-in";
    public string B { get; init; } = "vendor-out";
    public string Ani { get; init; } = "12015550100";
    public string Dnis { get; init; } = "4930123456";
    public string AniSent { get; init; } = "";
    public string DnisSent { get; init; } = "";
    public string Lrn { get; init; } = "";
    public string Oli { get; init; } = "";
    public string SourceIp { get; init; } = "";
    public int SourcePort { get; init; } = CallEvent.NoNumber;
    public string Protocol { get; init; } = "";
    public string TechPrefix { get; init; } = "";
    public string VendorTrunk { get; init; } = "";
    public bool Final { get; init; } = true;
    public string Setup { get; init; } = Carrier.Setup;

    /// <summary>Milliseconds from answer to end; null is not answered.</summary>
    public long? RawMs { get; init; } = 60_000;

    /// <summary>Milliseconds from B's own answer to the end; null is as A's.</summary>
    public long? RawMsB { get; init; }

    public void AddTo(CallEventBatch batch)
    {
        TextArena texts = batch.Texts;
        TextSpan Text(string text) => texts.Add(Encoding.UTF8.GetBytes(text));
        ref CallEvent added = ref batch.Add();
        added.Final = Final;
        added.SetupMs = TestDecks.At(Setup);
        added.EndMs = added.SetupMs + 1000 + (RawMs ?? 0);
        added.AnswerMs = RawMs is { } raw ? added.EndMs - raw : CallEvent.NoInstant;
        added.AnswerBMs = RawMsB is { } rawB ? added.EndMs - rawB : CallEvent.NoInstant;
        added.SwitchId = Text("sw1");
        added.CallId = Text("call-1");
        added.TrunkGroupA = Text(A);
        added.TrunkGroupB = Text(B);
        added.Ani = Text(Ani);
        added.Dnis = Text(Dnis);
        added.AniSent = Text(AniSent);
        added.DnisSent = Text(DnisSent);
        added.Lrn = Text(Lrn);
        added.Oli = Text(Oli);
        added.SourceIp = Text(SourceIp);
        added.SourcePort = SourcePort;
        added.Protocol = Text(Protocol);
        added.TechPrefix = Text(TechPrefix);
        added.VendorTrunk = Text(VendorTrunk);
    }
}
