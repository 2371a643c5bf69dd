namespace Perimeter.Warehouse;

/// <summary>A setting of every statement of a connection.</summary>
public readonly record struct QuerySetting(string Name, string Value);

/// <summary>A ClickHouse that calls land in: the engine inside this process, or a server.</summary>
public interface IWarehouse
{
    /// <summary>A connection of its own: statements of one run one after the other, those of several run side by side.</summary>
    IWarehouseConnection Connect(IReadOnlyList<QuerySetting> settings);

    /// <exception cref="WarehouseUnavailableException">Part of the data is damaged.</exception>
    void RequireWhole();

    /// <summary>
    /// When this returns, whatever any process had inserted into the table before is seen by every statement that begins later, whichever server answers it.
    /// Nothing to do where one server, or the engine in this process, holds the tables.
    /// </summary>
    /// <exception cref="ClickHouseException">A server did not catch up, or could not be reached: what is read from it may lack rows. Ask again.</exception>
    void Settle(string table);

    /// <summary>
    /// Takes a lane from whoever had it: when this returns, no statement of an earlier owner is under way, none of
    /// his inserts can come any more, and what he inserted is seen by every statement that begins later.
    /// Null where nobody but this process can reach the data.
    /// </summary>
    /// <param name="lane">A partition of a topic, of one making.</param>
    /// <exception cref="ClickHouseException">ClickHouse refused or could not be reached: whose the lane is, is not known. Claim it again.</exception>
    LaneClaim? Claim(string lane);

    /// <summary>
    /// After an insert that failed, or of which nobody knows: a claim in place of the one it was made under. When this returns, what that one inserted can be
    /// read back and will not change any more: nothing of it is under way, and what is on its way yet will be refused.
    /// </summary>
    /// <exception cref="LaneLostException">The lane has another owner.</exception>
    /// <exception cref="ClickHouseException">ClickHouse refused or could not be reached: renew it again.</exception>
    LaneClaim Renew(LaneClaim claim);
}

/// <summary>Who lands a lane: of two claims the one with the greater epoch holds, and of the same epoch the one with the greater owner.</summary>
/// <param name="Lane">The partition.</param>
/// <param name="Epoch">From 1, one higher with each owner.</param>
/// <param name="Owner">Whose, as <see cref="Holder"/> and a part that is of this claim alone.</param>
/// <param name="Holder">Random: claims that were renewed have the same.</param>
public sealed record LaneClaim(string Lane, ulong Epoch, string Owner, string Holder);
