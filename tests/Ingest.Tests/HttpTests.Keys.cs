using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Perimeter.Ingest.Tests;

/// <content>The key, by every way in which it may be sent.</content>
public sealed partial class HttpTests
{
    [Fact]
    public async Task Without_the_key_nothing_is_taken()
    {
        _client.DefaultRequestHeaders.Authorization = null;
        const string error = "The API key is missing or wrong; send it as 'Authorization: Bearer KEY', as 'X-Api-Key: KEY', or as the password of HTTP Basic.";
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, error, new StringContent(Record("c1")));
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key + "x");
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, error, new StringContent(Record("c1")));
        _client.DefaultRequestHeaders.Authorization = null;
        _client.DefaultRequestHeaders.Add("X-Api-Key", Key);
        await TakenAsync(Record("c1"), "application/json");
        _client.DefaultRequestHeaders.Clear();
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"switch:{Key}")));
        await TakenAsync(Record("c2"), "application/json");
        foreach (string wrong in (string[])[$"{Key}:x", Key[..^1], $"{Key}:"])
        {
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(wrong)));
            await AssertRefusedAsync(HttpStatusCode.Unauthorized, error, new StringContent(Record("c1")));
        }

        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", "no base64");
        await AssertRefusedAsync(HttpStatusCode.Unauthorized, error, new StringContent(Record("c1")));
        Assert.Equal(["s1/c1/1", "s1/c2/1"], (await _scratch.CallsAsync()).Keys.Order());
        Assert.Equal(6, _counters.RefusedRequests);
    }
}
