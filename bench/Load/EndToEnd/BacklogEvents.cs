using System.Globalization;
using Perimeter.Domain;

namespace Perimeter.Load.EndToEnd;

/// <summary>
/// A wholesale carrier's ended attempts, from a seed: numbers under the codes of the carrier's own decks, drawn Zipf-like over destinations in random order;
/// half of the calls answered, some advancing over a second vendor, some sent twice.
/// </summary>
internal sealed class BacklogEvents
{
    private const long FirstSetupMs = 1_794_787_200_000;
    private const int RepeatEvery = 50;
    private const int AdvanceEvery = 12;

    private static readonly string[] Switches = ["fra1", "nyc1", "lon1", "mia1"];
    private static readonly string[] Codecs = ["PCMA", "PCMU", "G729", "opus"];

    private readonly Random _random = new(20_261_125);
    private readonly List<Route> _routes;

    public BacklogEvents(RatingConfig carrier)
    {
        _routes = [.. Routes(carrier)];
        if (_routes.Count == 0)
        {
            throw new InvalidOperationException("The carrier has no customer group and vendor group with decks of one class: there is nothing to call.");
        }
    }

    /// <summary>A customer's deck of one class, with the codes it has open, and the vendors that take that class.</summary>
    private sealed record Route(TrunkGroupConfig Customer, IReadOnlyList<string> Codes, IReadOnlyList<TrunkGroupConfig> Vendors);

    /// <summary>Adds at least one event, and returns how many of those added are no repeats.</summary>
    public int AddCall(long call, CallEventBatch batch)
    {
        Route route = _routes[_random.Next(_routes.Count)];
        string number = Number(route.Codes[Zipf(route.Codes.Count)]);
        bool answered = _random.Next(2) == 0;
        int distinct = 1;
        if (call % AdvanceEvery == 0 && route.Vendors.Count > 1)
        {
            Add(call, route, number, attempt: 1, final: false, answered: false, batch);
            Add(call, route, number, attempt: 2, final: true, answered, batch);
            distinct = 2;
        }
        else
        {
            Add(call, route, number, attempt: 1, final: true, answered, batch);
        }

        if (call % RepeatEvery == 0)
        {
            batch.CopyTo(batch.Count - 1, batch);
        }

        return distinct;
    }

    private void Add(long call, Route route, string number, int attempt, bool final, bool answered, CallEventBatch batch)
    {
        TextArena texts = batch.Texts;
        ref CallEvent one = ref batch.Add();
        one.Attempt = (ushort)attempt;
        one.Final = final;
        one.SwitchId = texts.Add(Switches[call % Switches.Length]);
        one.CallId = texts.Add((unchecked((ulong)call * 0x9E37_79B9_7F4A_7C15)).ToString("x16", CultureInfo.InvariantCulture));
        one.TrunkGroupA = texts.Add(route.Customer.Name);
        one.TrunkGroupB = texts.Add(route.Vendors[_random.Next(route.Vendors.Count)].Name);
        one.Ani = texts.Add(_random.Next(4) == 0 ? Number("1212") : Number("44"));
        one.Dnis = texts.Add(route.Customer.TechPrefix + Dialled(route.Customer, number));
        one.DnisSent = texts.Add(number);
        one.SetupMs = FirstSetupMs + (call * 3) + _random.Next(60_000);
        one.ProgressMs = one.SetupMs + 200 + _random.Next(3000);
        one.AnswerMs = answered ? one.ProgressMs + _random.Next(20_000) : CallEvent.NoInstant;
        one.EndMs = answered ? one.AnswerMs + Duration() : one.ProgressMs + _random.Next(30_000);
        one.SipCode = answered ? 200 : 480 + _random.Next(8);
        one.PddMs = (int)(one.ProgressMs - one.SetupMs);
        one.MosThousandths = answered ? 3500 + (_random.Next(100) * 10) : CallEvent.NoNumber;
        one.ReleasedBy = texts.Add(_random.Next(3) == 0 ? "b" : "a");
        one.Codec = answered ? texts.Add(Codecs[_random.Next(Codecs.Length)]) : default;
        one.MediaIp = texts.Add("198.51.100.11");
    }

    private static IEnumerable<Route> Routes(RatingConfig carrier)
    {
        var groups = carrier.TrunkGroups.ToDictionary(group => group.Id);
        var decks = carrier.Decks.ToDictionary(deck => deck.Id);
        var shuffle = new Random(7);
        foreach (DeckAssignmentConfig assignment in carrier.Assignments)
        {
            TrunkGroupConfig customer = groups[assignment.TrunkGroup];
            if (customer is not { Direction: Direction.Termination, Relation: Relation.Customer } || !assignment.InForce.Contains(FirstSetupMs))
            {
                continue;
            }

            string[] codes = [.. decks[assignment.Deck].Rows.Where(row => !row.Blocked).Select(row => row.Code.ToString()).Distinct()];
            shuffle.Shuffle(codes);
            TrunkGroupConfig[] vendors =
            [
                .. carrier.Assignments.Where(other => other.Class == assignment.Class && other.InForce.Contains(FirstSetupMs))
                    .Select(other => groups[other.TrunkGroup])
                    .Where(group => group is { Direction: Direction.Termination, Relation: Relation.Vendor, TechPrefix: "" }).Distinct(),
            ];
            if (codes.Length > 0 && vendors.Length > 0)
            {
                yield return new Route(customer, codes, vendors);
            }
        }
    }

    private static string Dialled(TrunkGroupConfig group, string number) =>
        group.Form != NumberingForm.Nanp ? number : number[0] == '1' ? number[1..] : $"011{number}";

    /// <summary>The code, filled up with digits to a whole number.</summary>
    private string Number(string code)
    {
        Span<char> digits = stackalloc char[code[0] == '1' ? 11 : Math.Max(12, Math.Min(E164.MaxDigits, code.Length + 4))];
        for (int i = 0; i < digits.Length; i++)
        {
            digits[i] = i < code.Length ? code[i] : (char)('2' + _random.Next(8));
        }

        return new string(digits);
    }

    /// <summary>A rank below <paramref name="count"/>, the r-th about as likely as 1/r.</summary>
    private int Zipf(int count) => Math.Min(count - 1, (int)Math.Exp(_random.NextDouble() * Math.Log(count + 1)) - 1);

    /// <summary>Answered milliseconds: exponential, three minutes in the mean, an hour at most.</summary>
    private long Duration() => Math.Min(3_600_000, (long)(-Math.Log(1 - _random.NextDouble()) * 180_000));
}
