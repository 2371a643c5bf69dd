using System.Globalization;
using Perimeter.Domain;

namespace Perimeter.Aggregator.Tests.Rerating;

/// <summary>Attempts over the groups of <see cref="CarrierFolderFiles"/>, from a seed: answered or not, known or not, in three days and two months of landing.</summary>
internal sealed class RerateCalls(int seed)
{
    public const long FirstMs = 1_789_257_600_000; // 2026-09-13T00:00:00Z
    public const long DayMs = 86_400_000;

    private static readonly string[] In = ["Acme in", "Acme in", "Cobalt in", "Echo in", "3", "Golf in", ""];
    private static readonly string[] Out = ["Baltic out", "Delta out", "2", "Foxtrot out", "Hotel out", ""];
    private static readonly string[] Dnis = ["442012345678", "447700900123", "33612345678", "331234567", "74951234567", "12015550123", "12125550123", "999", "0", "911"];
    private static readonly string[] Anis = ["12015550100", "12125550100", "447700900999", ""];
    private static readonly string[] Refusals = ["", "", "", "no_profitable_route"];

    private readonly Random _random = new(seed);
    private int _made;

    public RatedCallBatch Batch(int rows)
    {
        var batch = new RatedCallBatch();
        for (int i = 0; i < rows; i++)
        {
            Fill(ref batch.Events.Add(), batch.Events.Texts);
        }

        batch.FitSides();
        return batch;
    }

    private void Fill(ref CallEvent e, TextArena texts)
    {
        bool answered = _random.Next(4) != 0;
        e.SwitchId = texts.Add(_random.Next(2) == 0 ? "sw1" : "sw2");
        e.CallId = texts.Add(string.Create(CultureInfo.InvariantCulture, $"call-{seed}-{_made++}"));
        e.Attempt = (ushort)_random.Next(1, 3);
        e.Final = _random.Next(4) != 0;
        e.SetupMs = FirstMs + _random.NextInt64(3 * DayMs);
        e.EndMs = e.SetupMs + _random.Next(700_000);
        e.AnswerMs = answered ? e.EndMs - _random.Next((int)(e.EndMs - e.SetupMs) + 1) : CallEvent.NoInstant;
        e.AnswerBMs = answered && _random.Next(4) == 0 ? e.EndMs - _random.Next((int)(e.EndMs - e.SetupMs) + 1) : CallEvent.NoInstant;
        e.EndBMs = _random.Next(6) == 0 ? e.EndMs + _random.Next(3_000) : CallEvent.NoInstant;
        e.SipCode = answered ? 200 : 486;
        e.PddMs = _random.Next(3) == 0 ? CallEvent.NoNumber : _random.Next(12_000);
        e.MosThousandths = _random.Next(3) == 0 ? CallEvent.NoNumber : _random.Next(5_001);
        e.SourcePort = _random.Next(2) == 0 ? CallEvent.NoNumber : 5060;
        e.RouteRevision = _random.Next(2) == 0 ? CallEvent.NoNumber : 7;
        e.TrunkGroupA = texts.Add(Of(In));
        e.TrunkGroupB = texts.Add(Of(Out));
        e.SourceIp = texts.Add("192.0.2.1");
        e.Ani = texts.Add(Of(Anis));
        e.Dnis = texts.Add(Of(Dnis));
        e.DnisSent = texts.Add(_random.Next(3) == 0 ? Of(Dnis) : "");
        e.Lrn = texts.Add(_random.Next(4) == 0 ? "12125550000" : "");
        e.Refusal = texts.Add(Of(Refusals));
        e.Codec = texts.Add("G.711 é");
    }

    private string Of(string[] choices) => choices[_random.Next(choices.Length)];
}
