using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Perimeter.Domain;

namespace Perimeter.Commands;

/// <summary>Talks to the running instance that owns a data folder.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;

    private AdminClient(AdminFile admin)
    {
        Admin = admin;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{admin.Port}/"), Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", admin.Token);
    }

    public AdminFile Admin { get; }

    /// <summary>Null where no instance runs on the folder.</summary>
    public static async Task<AdminClient?> TryConnectAsync(DataFolder folder, CancellationToken cancellationToken)
    {
        if (AdminFile.TryRead(folder.Admin) is not { } admin)
        {
            return null;
        }

        AdminClient client = new(admin);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            using HttpResponseMessage answer = await client._http.GetAsync("status", patience.Token).ConfigureAwait(false);
            answer.EnsureSuccessStatusCode();
            return client;
        }
        catch (Exception failure) when (NetworkErrors.IsNoAnswer(failure) || (failure is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Left behind by an instance that died: the port is dead, or somebody else's.
            client.Dispose();
            return null;
        }
    }

    public async Task<InstanceStatus> StatusAsync(CancellationToken cancellationToken) =>
        await _http.GetFromJsonAsync<InstanceStatus>("status", AdminJson.Options, cancellationToken).ConfigureAwait(false)
        ?? throw new CommandException("The running instance gave no status.");

    /// <summary>The result of a statement, by the ClickHouse of the instance.</summary>
    /// <exception cref="CommandException">The instance or its ClickHouse refused it.</exception>
    public async Task<byte[]> QueryAsync(QueryOrder order, CancellationToken cancellationToken)
    {
        using JsonContent body = JsonContent.Create(order, options: AdminJson.Options);
        using HttpResponseMessage answer = await _http.PostAsync(new Uri("query", UriKind.Relative), body, cancellationToken).ConfigureAwait(false);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false)
            : throw new CommandException((await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)).Trim());
    }

    /// <summary>Posts a request and yields the lines of the answer as they come: progress, and the result last.</summary>
    /// <exception cref="CommandException">The instance refused it; the message is its own.</exception>
    public async IAsyncEnumerable<JsonElement> PostAsync(
        string path, object request, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, path) { Content = JsonContent.Create(request, options: AdminJson.Options) };
        using HttpResponseMessage answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using StreamReader lines = new(body, Encoding.UTF8);
            if (!answer.IsSuccessStatusCode)
            {
                throw new CommandException((await lines.ReadToEndAsync(cancellationToken).ConfigureAwait(false)).Trim());
            }

            while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                JsonElement element = JsonSerializer.Deserialize<JsonElement>(line);
                if (element.TryGetProperty("failure", out JsonElement failure))
                {
                    throw new CommandException(failure.GetString()!);
                }

                yield return element;
            }
        }
    }

    public void Dispose() => _http.Dispose();
}
