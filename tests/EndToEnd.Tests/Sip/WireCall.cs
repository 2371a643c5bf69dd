namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>
/// A call as the messages on the wire tell it. The switch stands between the two: it learns of the answer after the vendor sent its 200 and before the caller
/// has it, and of the end after one side sent its BYE and before the other has it.
/// </summary>
internal sealed class WireCall
{
    private WireCall(string callId, string number, IReadOnlyList<WireMessage> caller, IReadOnlyList<WireMessage> vendors)
    {
        CallId = callId;
        Number = number;
        Final = caller.Where(message => !message.Sent && message.Method == "INVITE" && message.Status >= 200).Select(message => message.Status).FirstOrDefault();
        WireMessage[] all = [.. caller, .. vendors];
        if (Final == 200)
        {
            AnsweredAfter = First(vendors, message => message.Sent && message.IsAnswer(200, "INVITE"));
            AnsweredBefore = First(caller, message => !message.Sent && message.IsAnswer(200, "INVITE"));
            EndedAfter = First(all, message => message.Sent && message.IsRequest("BYE"));
            EndedBefore = First(all, message => !message.Sent && message.IsRequest("BYE"));
        }
    }

    public string CallId { get; }

    public string Number { get; }

    /// <summary>The caller's final response; 0 where it got none.</summary>
    public int Final { get; }

    public DateTime? AnsweredAfter { get; }

    public DateTime? AnsweredBefore { get; }

    public DateTime? EndedAfter { get; }

    public DateTime? EndedBefore { get; }

    public static IReadOnlyDictionary<string, WireCall> Read(IEnumerable<WireMessage> caller, IEnumerable<WireMessage> vendors)
    {
        ILookup<string, WireMessage> atVendors = vendors.ToLookup(message => message.CallId);
        return caller.GroupBy(message => message.CallId).ToDictionary(
            call => call.Key,
            call => new WireCall(call.Key, NumberOf(call.First(message => message.IsRequest("INVITE")).Start), [.. call], [.. atVendors[call.Key]]));
    }

    private static DateTime? First(IEnumerable<WireMessage> messages, Func<WireMessage, bool> which) =>
        messages.Where(which).Select(message => (DateTime?)message.At).Min();

    private static string NumberOf(string invite) => invite.Split(':')[1].Split('@')[0].Split(';')[0].TrimStart('+');
}
