using System.Text;

namespace Perimeter.Warehouse.Http;

/// <summary>
/// One query on a connection of its own, which lives as long as the query: 0.1 ms to open, and no setting of one reader can reach another.
/// Its calls block, for as long as the engine works; one at a time, and not always on the same thread.
/// </summary>
internal sealed class ReaderQuery : IDisposable
{
    private readonly ClickHouseConnection _connection;
    private readonly OutputFormat _format;
    private ClickHouseResult? _whole;
    private ClickHouseStream? _stream;
    private byte[]? _header;

    private ReaderQuery(ClickHouseConnection connection, OutputFormat format)
    {
        _connection = connection;
        _format = format;
    }

    /// <summary>So far.</summary>
    public ReadStatistics Statistics { get; private set; } = new(0, 0, 0, 0);

    /// <summary>Starts it; one that is made whole is then done.</summary>
    /// <exception cref="ClickHouseException">The engine refused it.</exception>
    public static ReaderQuery Start(EmbeddedClickHouse engine, ReaderRequest request, string lockSql)
    {
        var query = new ReaderQuery(engine.Connect(), request.Format);
        try
        {
            query._connection.Execute("USE " + SqlText.QuotedName(request.Database));
            query._connection.Execute(lockSql);
            byte[] sql = Encoding.UTF8.GetBytes(request.Statement.Sql);
            if (request.Whole)
            {
                query._whole = query._connection.Query(sql, request.Format.Name, request.Parameters);
            }
            else
            {
                query._stream = query._connection.Stream(sql, request.Format.Name, request.Parameters);
            }

            return query;
        }
        catch
        {
            query.Dispose();
            throw;
        }
    }

    /// <summary>The next piece of the answer, to be disposed; null after the last.</summary>
    /// <exception cref="ClickHouseException">The query failed on the way.</exception>
    public AnswerPiece? Next()
    {
        ClickHouseResult? piece = _whole ?? NextOfStream();
        _whole = null;
        if (piece is null)
        {
            return null;
        }

        long rows = piece.Rows;
        Statistics = Statistics.With(piece);
        Range part = _stream is null ? .. : WithoutHeader(piece);
        if (_stream is not null && rows == 0)
        {
            // Totals and extremes, if anything: the engine has ended the query.
            _stream.Dispose();
            _stream = null;
        }

        return new AnswerPiece(piece, part);
    }

    public void Dispose()
    {
        _whole?.Dispose();
        _stream?.Dispose();
        _connection.Dispose();
    }

    private ClickHouseResult? NextOfStream() => _stream?.Next();

    private Range WithoutHeader(ClickHouseResult piece)
    {
        ReadOnlySpan<byte> bytes = piece.Bytes;
        if (_format.Header == PieceHeader.None)
        {
            return ..;
        }

        if (_header is null)
        {
            _header = bytes[.._format.HeaderLength(bytes)].ToArray();
            return ..;
        }

        if (bytes.StartsWith(_header))
        {
            return _header.Length..;
        }

        // The last piece has no rows; there the header comes after totals and extremes.
        return piece.Rows == 0 && bytes.EndsWith(_header)
            ? ..^_header.Length
            : throw new ClickHouseException(ClickHouseException.NoCode, $"A piece of the answer in {_format.Name} does not begin as the first did: ask for another format.");
    }
}
