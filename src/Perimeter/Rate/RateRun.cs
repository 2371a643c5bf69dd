using System.Diagnostics.CodeAnalysis;
using Perimeter.Csv;
using Perimeter.Domain;
using Perimeter.Rating;

namespace Perimeter.Commands;

/// <summary>Rates one file of calls by one deck, in one pass with buffers of fixed size.</summary>
internal sealed class RateRun(DeckRequest request, string callsFile, string? outFile, RateMessages messages)
{
    public const int Good = 0;
    public const int SomeRowsBad = 1;
    public const int NothingRated = 2;

    /// <summary>Rows between two looks at the clock and at whether to stop.</summary>
    private const int RowsPerLook = 16 * 1024;

    /// <exception cref="OperationCanceledException">Stopped; nothing is left at the output's name.</exception>
    public int Run(CancellationToken cancellationToken)
    {
        OneDeck? deck = OneDeck.Load(request, messages);
        if (deck is null)
        {
            return NothingRated;
        }

        if (!TryOpen(callsFile, out Stream? calls))
        {
            return NothingRated;
        }

        using (calls)
        {
            try
            {
                return Rate(deck, calls, cancellationToken);
            }
            catch (InvalidDataException exception)
            {
                messages.Fail($"{callsFile} cannot be read to its end: {exception.Message}");
                return NothingRated;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                messages.Fail($"Nothing was finished: {exception.Message}");
                return NothingRated;
            }
        }
    }

    private int Rate(OneDeck deck, Stream calls, CancellationToken cancellationToken)
    {
        var reader = new CallReader(calls, callsFile, request, messages);
        if (!reader.HasHeader)
        {
            return NothingRated;
        }

        using WholeFile? file = outFile is null ? null : new WholeFile(outFile);
        using Stream output = file?.Stream ?? Console.OpenStandardOutput();
        long rated = RateRows(deck, reader, output, cancellationToken);
        messages.Done(rated, reader.BadRows);
        if (rated == 0 && reader.BadRows > 0)
        {
            return NothingRated;
        }

        file?.Finish();
        return reader.BadRows > 0 ? SomeRowsBad : Good;
    }

    private long RateRows(OneDeck deck, CallReader reader, Stream output, CancellationToken cancellationToken)
    {
        var writer = new RatedCallWriter(output, deck);
        var block = new OneDeckBlock(deck.Rater);
        var callIds = new TextArena();
        Span<TextSpan> ids = stackalloc TextSpan[OneDeckBlock.MaxCalls];
        long rated = 0;
        bool more = true;
        while (more)
        {
            more = reader.Next();
            if (more)
            {
                ids[block.Count] = callIds.Add(reader.CallId);
                block.Add(reader.Call());
            }

            if (block.IsFull || !more)
            {
                rated += WriteBlock(block, callIds, ids, writer);
            }

            if (rated % RowsPerLook == 0 && block.Count == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                messages.Progress(rated);
            }
        }

        writer.Flush();
        return rated;
    }

    private static int WriteBlock(OneDeckBlock block, TextArena callIds, ReadOnlySpan<TextSpan> ids, RatedCallWriter writer)
    {
        ReadOnlySpan<RatedSide> sides = block.Rate();
        for (int call = 0; call < sides.Length; call++)
        {
            writer.Write(callIds[ids[call]], sides[call]);
        }

        block.Clear();
        callIds.Clear();
        return sides.Length;
    }

    private bool TryOpen(string path, [NotNullWhen(true)] out Stream? stream)
    {
        try
        {
            stream = InputFile.OpenRead(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            messages.Fail($"{path} cannot be read: {exception.Message}");
            stream = null;
            return false;
        }
    }
}
