using Microsoft.AspNetCore.Http;

namespace Perimeter.Warehouse.Http;

/// <summary>A statement of the writer, as the URL and the body of its request tell it. The body of an insert is left where it is.</summary>
internal sealed record WriterRequest(
    WriterStatement Statement, string QueryId, string Format, bool Streams, string Database, IReadOnlyList<QueryParameter> Parameters, IReadOnlyList<QuerySetting> Settings)
{
    /// <exception cref="ClickHouseException">It cannot be read, or is not taken here.</exception>
    public static async Task<WriterRequest> ReadAsync(HttpContext context, ClickHouseHttpOptions options, ReaderFunctions functions)
    {
        HttpRequest request = context.Request;
        Dictionary<string, string> arguments = new(StringComparer.Ordinal);
        ReaderRequest.Take(arguments, request.Query);
        string text = arguments.GetValueOrDefault("query", "");
        bool inUrl = text.Length > 0;
        if (!inUrl)
        {
            text = await ReaderRequest.BodyAsync(request, options, context.RequestAborted);
        }

        WriterStatement statement = WriterStatement.Read(text, functions);
        if (statement.HasBody && (!inUrl || request.Headers.ContentEncoding.Count > 0))
        {
            throw ReaderErrors.Refusal(ReaderErrors.NotImplemented, "An insert has its statement in the URL here, and its rows in the body, not compressed.");
        }

        string format = statement.HasBody ? "Null" : statement.Format ?? arguments.GetValueOrDefault("default_format", "TabSeparated");
        OutputFormat output = OutputFormat.Named(format);
        bool whole = arguments.GetValueOrDefault("wait_end_of_query", "0") == "1";
        return new WriterRequest(
            statement, arguments.GetValueOrDefault("query_id") ?? Guid.NewGuid().ToString(), format,
            statement.IsQuery && !whole && output.Streams && output.Header == PieceHeader.None, arguments.GetValueOrDefault("database", options.Database),
            ReaderRequest.ParametersOf(arguments),
            [.. arguments.Where(a => ReaderRequest.IsSetting(a.Key)).Select(a => Setting(a.Key, a.Value))]);
    }

    private static QuerySetting Setting(string name, string value) => name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? new QuerySetting(name, SqlText.Quoted(value))
        : throw ReaderErrors.Refusal(ReaderErrors.UnknownSetting, $"{name} is no setting.");
}
