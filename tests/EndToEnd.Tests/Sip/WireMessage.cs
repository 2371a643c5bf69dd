using System.Globalization;

namespace Perimeter.EndToEnd.Tests.Sip;

/// <summary>A SIP message as sipp saw it on the wire.</summary>
/// <param name="At">When, by its clock.</param>
/// <param name="Sent">It sent it; otherwise it received it.</param>
/// <param name="Start">The first line.</param>
internal sealed record WireMessage(DateTime At, bool Sent, string Start, string CallId, string Method)
{
    /// <summary>0 of a request.</summary>
    public int Status => Start.StartsWith("SIP/2.0 ", StringComparison.Ordinal) ? int.Parse(Start.AsSpan(8, 3), CultureInfo.InvariantCulture) : 0;

    public bool IsRequest(string method) => Start.StartsWith(method + " ", StringComparison.Ordinal);

    public bool IsAnswer(int status, string method) => Status == status && Method == method;

    /// <summary>What <c>-trace_msg</c> wrote.</summary>
    public static IReadOnlyList<WireMessage> Read(string path)
    {
        List<WireMessage> messages = [];
        DateTime at = default;
        bool isMessage = false;
        bool sent = false;
        string start = "";
        string callId = "";
        string method = "";
        foreach (string line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (line.StartsWith("-----------------------------------------------", StringComparison.Ordinal))
            {
                Add();
                start = callId = method = "";

                // A line without a time says of the message before that nobody waited for it, as of one that was sent again.
                isMessage = DateTime.TryParseExact(
                    line.TrimStart('-').Trim(), "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out at);
            }
            else if (line.StartsWith("UDP message ", StringComparison.Ordinal))
            {
                sent = line.Contains("sent", StringComparison.Ordinal);
            }
            else if (start.Length == 0)
            {
                start = line;
            }
            else if (line.StartsWith("Call-ID: ", StringComparison.Ordinal))
            {
                callId = line[9..].Trim();
            }
            else if (line.StartsWith("CSeq:", StringComparison.Ordinal))
            {
                method = line.Trim().Split(' ')[^1];
            }
        }

        Add();
        return messages;

        void Add()
        {
            if (isMessage && callId.Length > 0)
            {
                messages.Add(new WireMessage(at, sent, start, callId, method));
            }
        }
    }
}
