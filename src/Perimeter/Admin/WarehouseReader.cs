using System.Text;
using System.Text.Json;
using Perimeter.Warehouse;

namespace Perimeter.Commands;

/// <summary>Reads ClickHouse for a command: through the running instance, or from the idle data folder, which is then taken while the reader is open.</summary>
internal sealed class WarehouseReader : IDisposable
{
    private readonly HttpClient? _http;
    private readonly DataFolder? _folder;
    private readonly EmbeddedClickHouse? _engine;
    private readonly ClickHouseConnection? _connection;

    private WarehouseReader(HttpClient http) => _http = http;

    private WarehouseReader(DataFolder folder)
    {
        _folder = folder;
        try
        {
            _engine = EmbeddedClickHouse.Open(new EmbeddedClickHouseOptions { DataFolder = folder.ClickHouse });
            _connection = _engine.Connect();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <exception cref="CommandException">There is nothing to read, or another process has the folder.</exception>
    public static async Task<WarehouseReader> OpenAsync(string dataFolder, CancellationToken cancellationToken)
    {
        DataFolder look = DataFolder.Look(dataFolder);
        if (!look.IsOurs || !Directory.Exists(look.ClickHouse))
        {
            throw new CommandException($"{look.Path} holds no calls yet. Start with 'perimeter up --sample', or name the right folder with --data.");
        }

        using AdminClient? running = await AdminClient.TryConnectAsync(look, cancellationToken).ConfigureAwait(false);
        return running is not null
            ? new WarehouseReader(new HttpClient { BaseAddress = new Uri(running.Admin.ClickHouseAddress) })
            : new WarehouseReader(DataFolder.Take(dataFolder));
    }

    /// <summary>The rows of a statement, each an object of its columns; 64-bit numbers and decimals are texts, exact.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancellationToken)
    {
        string text = _http is null ? Direct(sql, parameters) : await OverHttpAsync(_http, sql, parameters, cancellationToken).ConfigureAwait(false);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    /// <summary>The result of a statement in the engine's format Native.</summary>
    public async Task<byte[]> QueryNativeAsync(string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancellationToken)
    {
        if (_http is not null)
        {
            using HttpResponseMessage answer = await PostAsync(_http, "Native", sql, parameters, cancellationToken).ConfigureAwait(false);
            return await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        }

        using ClickHouseResult result = _connection!.Query(sql, "Native", parameters);
        return result.Bytes.ToArray();
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _engine?.Dispose();
        _folder?.Dispose();
        _http?.Dispose();
    }

    private string Direct(string sql, IReadOnlyList<QueryParameter> parameters)
    {
        using ClickHouseResult result = _connection!.Query(Settings(sql), "JSONEachRow", parameters);
        return Encoding.UTF8.GetString(result.Bytes);
    }

    private static async Task<string> OverHttpAsync(HttpClient http, string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancellationToken)
    {
        using HttpResponseMessage answer = await PostAsync(http, "JSONEachRow", Settings(sql), parameters, cancellationToken).ConfigureAwait(false);
        return await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="CommandException">The instance refused; the message is its own.</exception>
    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient http, string format, string sql, IReadOnlyList<QueryParameter> parameters, CancellationToken cancellationToken)
    {
        string query = string.Concat(parameters.Select(parameter => $"&param_{parameter.Name}={Uri.EscapeDataString(parameter.Value)}"));
        using StringContent body = new(sql);
        HttpResponseMessage answer = await http.PostAsync(new Uri($"/?default_format={format}{query}", UriKind.Relative), body, cancellationToken).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode)
        {
            using (answer)
            {
                throw new CommandException((await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Trim());
            }
        }

        return answer;
    }

    private static string Settings(string sql) =>
        sql + "\nSETTINGS output_format_json_quote_64bit_integers = 1, output_format_json_quote_decimals = 1";
}
