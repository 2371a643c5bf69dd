using System.Globalization;
using System.Text;
using Perimeter.Domain;
using Perimeter.Load.Data;
using Perimeter.Load.Measuring;
using Perimeter.Load.Postgres;
using Perimeter.Rating.Decks;

namespace Perimeter.Load.Matching;

/// <summary>The same codes and some of the same numbers in PostgreSQL with the prefix extension. It takes fewer numbers, so that it ends.</summary>
internal sealed class PostgresMatching : IDisposable
{
    private readonly PostgresCluster _cluster;
    private readonly int _numbers;

    private PostgresMatching(PostgresCluster cluster, int numbers)
    {
        _cluster = cluster;
        _numbers = numbers;
    }

    /// <summary>Fills the tables; null, with the reason on <paramref name="progress"/>, where there is no PostgreSQL.</summary>
    public static PostgresMatching? TryFill(BenchOptions options, IReadOnlyList<RateRow> rows, byte[] digits, int numbers, TextWriter progress)
    {
        PostgresCluster? cluster = PostgresCluster.TryStart(options, progress);
        if (cluster is null)
        {
            return null;
        }

        try
        {
            cluster.Run(EmbeddedSql.Read("b1-postgres-tables.sql"));
            cluster.Copy("rates", rows.Select(static row => string.Create(
                CultureInfo.InvariantCulture, $"{row.CodeText}\t{row.InForce.FromMs}\t{row.InForce.ToMs}\t{row.Rate!.Value.NanosPerMinute}")));
            cluster.Copy("numbers", Enumerable.Range(0, numbers).Select(i => $"{i}\t{Encoding.ASCII.GetString(digits, i * NumberDraw.Digits, NumberDraw.Digits)}\t{RatingData.SetupMs}"));
            cluster.Run(EmbeddedSql.Read("b1-postgres-index.sql"));
            return new PostgresMatching(cluster, numbers);
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    public Arm Arm() => new("PostgreSQL + prefix, per number", () => _cluster.NanosecondsOf("b1-postgres.sql", out _) / _numbers);

    /// <exception cref="InvalidOperationException">An answer is not ours.</exception>
    public void Check(PlacedDeck deck, byte[] digits)
    {
        string[] answers = _cluster.Run(EmbeddedSql.Read("b1-postgres-answers.sql"));
        for (int i = 0; i < _numbers; i++)
        {
            ReadOnlySpan<byte> number = digits.AsSpan(i * NumberDraw.Digits, NumberDraw.Digits);
            long ours = MatchLoops.RateOf(deck, number);
            if (long.Parse(answers[i], CultureInfo.InvariantCulture) != ours)
            {
                throw new InvalidOperationException($"PostgreSQL has {answers[i]} nanos for {Encoding.ASCII.GetString(number)}, the deck {ours}.");
            }
        }
    }

    public void Dispose() => _cluster.Dispose();
}
