using System.Net;
using System.Text;

namespace Perimeter.Aggregator.Tests.Cluster;

internal sealed partial class EmulatedCluster
{
    /// <summary>The way to one server: what would go to all of them is done here, the rest goes on to the writer's endpoint.</summary>
    private sealed class Way(EmulatedCluster cluster, int shard) : DelegatingHandler(new SocketsHttpHandler())
    {
        private const string Layout = "SELECT name, engine FROM system.tables";
        private const string Kill = "KILL QUERY" + OnCluster;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string[] query = request.RequestUri!.Query.TrimStart('?').Split('&');
            int inAddress = Array.FindIndex(query, static part => part.StartsWith("query=", StringComparison.Ordinal));
            string sql = inAddress >= 0 ? WebUtility.UrlDecode(query[inAddress]["query=".Length..]) : await request.Content!.ReadAsStringAsync(cancellationToken);
            if (Sync().Match(sql) is { Success: true } sync)
            {
                lock (cluster.Settled)
                {
                    cluster.Settled[sync.Groups[1].Value] = cluster.Settled.GetValueOrDefault(sync.Groups[1].Value) + 1;
                }

                return Answer(request);
            }

            if (sql.StartsWith(Layout, StringComparison.Ordinal))
            {
                return Answer(request);
            }

            if (sql.Contains(OnCluster, StringComparison.Ordinal) && !sql.StartsWith(Kill, StringComparison.Ordinal))
            {
                await Task.Run(() => cluster.Define(sql), cancellationToken);
                return Answer(request);
            }

            string here = Here(sql);
            if (inAddress >= 0)
            {
                query[inAddress] = "query=" + Uri.EscapeDataString(here);
                request.RequestUri = new UriBuilder(request.RequestUri) { Query = string.Join('&', query) }.Uri;
            }
            else
            {
                request.Content = new StringContent(here, Encoding.UTF8);
            }

            return await base.SendAsync(request, cancellationToken);
        }

        private string Here(string sql)
        {
            string one = sql.Replace(Kill, "KILL QUERY", StringComparison.Ordinal);
            one = AllReplicas().Replace(one, "$1").Replace($"database = '{DatabaseOf(shard)}'", $"database IN ('{DatabaseOf(1)}', '{DatabaseOf(2)}')", StringComparison.Ordinal);
            return Everywhere().Replace(one, $"{Shared}.$0");
        }

        private static HttpResponseMessage Answer(HttpRequestMessage request) => new(HttpStatusCode.OK) { RequestMessage = request, Content = new StringContent("") };
    }
}
