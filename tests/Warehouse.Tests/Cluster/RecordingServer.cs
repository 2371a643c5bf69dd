using System.Net;
using System.Text;

namespace Perimeter.Warehouse.Tests.Cluster;

/// <summary>One statement as it came: its text, the settings that came with it, and its query id.</summary>
internal sealed record SeenStatement(string Sql, IReadOnlyDictionary<string, string> Settings, string QueryId);

/// <summary>
/// Takes statements as a server's HTTP interface does, writes them down, and answers what a test tells it: the text of a result, or an error's number. It runs
/// nothing, and proves no more than what is sent.
/// </summary>
internal sealed class RecordingServer(Func<SeenStatement, string> answer) : HttpMessageHandler
{
    private readonly Lock _writing = new();
    private readonly List<SeenStatement> _seen = [];

    public IReadOnlyList<SeenStatement> Seen
    {
        get
        {
            lock (_writing)
            {
                return [.. _seen];
            }
        }
    }

    /// <summary>An answer that is an error.</summary>
    public static string Error(int code) => $"Code: {code}. DB::Exception: of the test.";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        string body = request.Content is null ? "" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync(cancellationToken));
        Dictionary<string, string> settings = request.RequestUri!.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Split('=', 2)).ToDictionary(pair => WebUtility.UrlDecode(pair[0]), pair => WebUtility.UrlDecode(pair[1]));

        // What has a body of rows has its text in the address.
        SeenStatement seen = new(settings.GetValueOrDefault("query") ?? body, settings, settings.GetValueOrDefault("query_id") ?? "");
        lock (_writing)
        {
            _seen.Add(seen);
        }

        string text = answer(seen);
        HttpResponseMessage response = new(text.StartsWith("Code: ", StringComparison.Ordinal) ? HttpStatusCode.InternalServerError : HttpStatusCode.OK)
        {
            RequestMessage = request, Content = new StringContent(text),
        };
        if (!response.IsSuccessStatusCode)
        {
            response.Headers.Add("X-ClickHouse-Exception-Code", text["Code: ".Length..text.IndexOf('.', StringComparison.Ordinal)]);
        }

        return response;
    }
}
