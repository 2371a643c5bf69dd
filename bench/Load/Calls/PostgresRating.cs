using System.Globalization;
using Perimeter.Domain;
using Perimeter.Load.Measuring;
using Perimeter.Load.Postgres;

namespace Perimeter.Load.Calls;

/// <summary>The same rating of the first few calls in PostgreSQL with the prefix extension, both sides and the rollup in one statement.</summary>
internal sealed class PostgresRating : IDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly string _expected;
    private readonly int _calls;

    private PostgresRating(PostgresCluster cluster, string expected, int calls)
    {
        _cluster = cluster;
        _expected = expected;
        _calls = calls;
    }

    /// <summary>Fills the tables; null, with the reason on <paramref name="progress"/>, where there is no PostgreSQL.</summary>
    /// <param name="calls">Rated already.</param>
    public static PostgresRating? TryFill(BenchOptions options, RatingConfig carrier, CallSet calls, int count, TextWriter progress)
    {
        PostgresCluster? cluster = PostgresCluster.TryStart(options, progress);
        if (cluster is null)
        {
            return null;
        }

        try
        {
            cluster.Run(EmbeddedSql.Read("b4-postgres-tables.sql"));
            foreach (Relation relation in (Relation[])[Relation.Customer, Relation.Vendor])
            {
                RateDeckConfig deck = CallRows.InternationalDeck(carrier, relation);
                cluster.Copy(relation == Relation.Customer ? "customer_rates" : "vendor_rates", CallRows.Rates(deck));
            }

            cluster.Copy("calls", CallRows.Of(calls).Take(count));
            cluster.Run(EmbeddedSql.Read("b4-postgres-index.sql"));
            return new PostgresRating(cluster, calls.Totals(count).ToText('|'), count);
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    public Arm Arm() => new("PostgreSQL + prefix, both sides and rollup", () =>
    {
        double nanoseconds = _cluster.NanosecondsOf("b4-postgres.sql", out string answer);
        return answer == _expected
            ? nanoseconds / _calls
            : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"PostgreSQL comes to {answer}, ours to {_expected}."));
    });

    public void Dispose() => _cluster.Dispose();
}
