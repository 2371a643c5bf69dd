using ClickHouse.Driver;
using Perimeter.Domain;

namespace Perimeter.Warehouse.Server;

/// <summary>
/// One statement that is waited for, step by step, on the caller's own thread. Whatever keeps its answer away becomes a
/// <see cref="ClickHouseException"/>: to its caller, no answer and a refusal are the same, since either may have inserted.
/// </summary>
internal sealed class ServerStatement(Uri address, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private CancellationTokenSource _limit = new(timeout, time);

    public T Run<T>(Func<CancellationToken, Task<T>> step)
    {
        if (!_limit.TryReset())
        {
            _limit.Dispose();
            _limit = new CancellationTokenSource(timeout, time);
        }

        _limit.CancelAfter(timeout);
        try
        {
            return step(_limit.Token).GetAwaiter().GetResult();
        }
        catch (ClickHouseServerException e)
        {
            throw ClickHouseException.Parse(e.Message);
        }
        catch (OperationCanceledException) when (_limit.IsCancellationRequested)
        {
            throw new ClickHouseException(
                ClickHouseException.NoCode, $"ClickHouse at {address} did not answer within {timeout.TotalSeconds:0.#} s. What was asked for may be done nevertheless.");
        }
        catch (Exception e) when (NetworkErrors.IsNoAnswer(e))
        {
            throw new ClickHouseException(ClickHouseException.NoCode, $"ClickHouse at {address} did not answer: {(e.InnerException ?? e).Message}");
        }
    }

    public void Dispose() => _limit.Dispose();
}
