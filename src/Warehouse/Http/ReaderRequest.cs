using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Perimeter.Warehouse.Http;

/// <summary>A query as the URL, the headers and the body of a request tell it.</summary>
internal sealed record ReaderRequest
{
    private const string ParameterPrefix = "param_";

    public required ReaderStatement Statement { get; init; }

    public required OutputFormat Format { get; init; }

    /// <summary>Its answer lies in memory before it is sent.</summary>
    public required bool Whole { get; init; }

    public required string Database { get; init; }

    public required IReadOnlyList<QueryParameter> Parameters { get; init; }

    /// <summary>Of the URL, then of the statement.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    public required bool Compress { get; init; }

    /// <exception cref="ClickHouseException">It cannot be read, or asks for what readers may not.</exception>
    public static async Task<ReaderRequest> ReadAsync(HttpContext context, ClickHouseHttpOptions options, ReaderFunctions functions)
    {
        HttpRequest request = context.Request;
        Dictionary<string, string> arguments = new(StringComparer.Ordinal);
        Take(arguments, request.Query);
        string body = "";
        if (request.HasFormContentType && request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            await TakeFormAsync(arguments, request, options);
        }
        else if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            body = await BodyAsync(request, options, context.RequestAborted);
        }

        string query = arguments.GetValueOrDefault("query", "");
        string text = query.Length > 0 && body.Length > 0 ? query + "\n" + body : query + body;
        if (text.Length > options.MaxQueryBytes)
        {
            throw TooLarge(options);
        }

        RefuseWhatIsMissing(arguments);
        ReaderStatement statement = ReaderStatement.Check(text.TrimStart('\uFEFF'), functions);
        IReadOnlyList<QueryParameter> parameters = ParametersOf(arguments);
        foreach (QueryParameter parameter in parameters.Where(p => statement.NameParameters.Contains(p.Name)))
        {
            ReaderTables.CheckNameParameter(parameter.Value);
        }

        List<KeyValuePair<string, string>> settings = [.. arguments.Where(a => IsSetting(a.Key)), .. statement.Settings];
        OutputFormat format = OutputFormat.Named(FormatName(statement, arguments, request));
        if (format.Name == "Native" && arguments.GetValueOrDefault("client_protocol_version", "0") != "0")
        {
            throw ReaderErrors.Refusal(
                ReaderErrors.NotImplemented,
                "Native of a later client_protocol_version is not written here: leave that argument out, or use another format (clients written in Go: no HTTP).");
        }

        return new ReaderRequest
        {
            Statement = statement,
            Format = format,
            Whole = !statement.IsQuery || !format.Streams || IsOn(arguments, "wait_end_of_query") || settings.Any(s => s.Key == ReaderSettings.JsonArrayOfRows),
            Database = arguments.GetValueOrDefault("database") ?? Header(request, "X-ClickHouse-Database") ?? options.Database,
            Parameters = parameters,
            Settings = settings,
            Compress = IsOn(arguments, "enable_http_compression") && AcceptsGzip(request),
        };
    }

    internal static IReadOnlyList<QueryParameter> ParametersOf(Dictionary<string, string> arguments) =>
        [.. arguments.Where(a => a.Key.StartsWith(ParameterPrefix, StringComparison.Ordinal)).Select(a => new QueryParameter(a.Key[ParameterPrefix.Length..], a.Value))];

    internal static void Take(Dictionary<string, string> arguments, IEnumerable<KeyValuePair<string, StringValues>> pairs)
    {
        foreach ((string name, StringValues values) in pairs)
        {
            arguments[name] = values.Count > 0 ? values[^1] ?? "" : "";
        }
    }

    /// <summary>Clients may send the query and its parameters so; a file there would be an external table.</summary>
    private static async Task TakeFormAsync(Dictionary<string, string> arguments, HttpRequest request, ClickHouseHttpOptions options)
    {
        try
        {
            IFormCollection form = await request.ReadFormAsync(
                new FormOptions { ValueLengthLimit = options.MaxQueryBytes, MultipartBodyLengthLimit = options.MaxQueryBytes }, request.HttpContext.RequestAborted);
            if (form.Files.Count > 0)
            {
                throw ReaderErrors.Refusal(ReaderErrors.NotImplemented, "External tables are not taken here.");
            }

            Take(arguments, form);
        }
        catch (InvalidDataException e)
        {
            throw ReaderErrors.Refusal(ReaderErrors.BadArguments, $"The form cannot be read: {e.Message}");
        }
    }

    internal static async Task<string> BodyAsync(HttpRequest request, ClickHouseHttpOptions options, CancellationToken cancellation)
    {
        string encoding = request.Headers.ContentEncoding.ToString();
        await using Stream plain = encoding.ToLowerInvariant() switch
        {
            "" or "identity" => request.Body,
            "gzip" or "x-gzip" => new GZipStream(request.Body, CompressionMode.Decompress),
            "deflate" => new ZLibStream(request.Body, CompressionMode.Decompress),
            "br" => new BrotliStream(request.Body, CompressionMode.Decompress),
            _ => throw ReaderErrors.Refusal(ReaderErrors.UnknownCompressionMethod, $"Content-Encoding {encoding} is not taken here: gzip, deflate or br."),
        };
        byte[] bytes = new byte[options.MaxQueryBytes + 1];
        int length = 0;
        try
        {
            while (length < bytes.Length && await plain.ReadAsync(bytes.AsMemory(length), cancellation) is > 0 and int read)
            {
                length += read;
            }

            return length <= options.MaxQueryBytes ? Utf8.GetString(bytes, 0, length) : throw TooLarge(options);
        }
        catch (InvalidDataException e)
        {
            throw ReaderErrors.Refusal(ReaderErrors.CannotDecompress, $"The body is not {encoding}: {e.Message}");
        }
        catch (DecoderFallbackException e)
        {
            throw ReaderErrors.Refusal(ReaderErrors.SyntaxError, $"Syntax error: the query is not UTF-8 at byte {e.Index + 1}.");
        }
    }

    private static UTF8Encoding Utf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static void RefuseWhatIsMissing(Dictionary<string, string> arguments)
    {
        if (arguments.ContainsKey("session_id"))
        {
            throw ReaderErrors.Refusal(
                ReaderErrors.SupportIsDisabled, "There are no sessions here: send no session_id (clickhouse-connect: autogenerate_session_id=False).");
        }

        if (IsOn(arguments, "compress") || IsOn(arguments, "decompress"))
        {
            throw ReaderErrors.Refusal(
                ReaderErrors.NotImplemented, "compress and decompress are not offered here: use enable_http_compression=1 with Accept-Encoding: gzip (clients for Java: compress=0).");
        }

        if (arguments.ContainsKey("role"))
        {
            throw ReaderErrors.Refusal(ReaderErrors.SupportIsDisabled, "There are no roles here: send none.");
        }
    }

    internal static bool IsSetting(string argument) =>
        !argument.StartsWith(ParameterPrefix, StringComparison.Ordinal)
        && argument is not ("query" or "database" or "default_format" or "user" or "password" or "quota_key" or "query_id" or "wait_end_of_query"
            or "buffer_size" or "stacktrace" or "compress" or "decompress" or "enable_http_compression" or "client_protocol_version" or "session_timeout"
            or "session_check" or "close_session");

    private static string FormatName(ReaderStatement statement, Dictionary<string, string> arguments, HttpRequest request)
    {
        string name = statement.Format ?? arguments.GetValueOrDefault("default_format") ?? Header(request, "X-ClickHouse-Format") ?? "TabSeparated";
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? name
            : throw ReaderErrors.Refusal(ReaderErrors.BadArguments, "The name of a format has letters and digits only.");
    }

    private static string? Header(HttpRequest request, string name) =>
        request.Headers.TryGetValue(name, out StringValues values) && values.Count > 0 ? values[0] : null;

    private static bool IsOn(Dictionary<string, string> arguments, string name) =>
        arguments.GetValueOrDefault(name, "0").ToLower(CultureInfo.InvariantCulture) is "1" or "true";

    private static bool AcceptsGzip(HttpRequest request) =>
        request.Headers.AcceptEncoding.ToString().Split(',').Any(
            e => e.Trim().Split(';') is [var name, .. var rest] && name.Trim() is "gzip" or "*" && !rest.Any(q => q.Trim() is "q=0" or "q=0.0"));

    private static ClickHouseException TooLarge(ClickHouseHttpOptions options) =>
        ReaderErrors.Refusal(ReaderErrors.QueryIsTooLarge, $"The query has more than {options.MaxQueryBytes} bytes.");
}
