namespace Perimeter.Ingest.Tests.Switches;

/// <summary>What tests of a growing file that loses its name share: the file, its rotation, and a log that refuses.</summary>
public abstract class RotationScene : IAsyncLifetime
{
    internal const string Log = "Master.csv";

    private int _away;

    internal FolderScene Scene { get; private set; } = null!;

    /// <summary>The log takes nothing.</summary>
    protected bool IsFull { get; set; }

    /// <summary>Rows written so far, each a call of its own.</summary>
    protected int Rows { get; set; }

    public async ValueTask InitializeAsync()
    {
        Scene = await FolderScene.OpenAsync();
        Scene.Config = AsteriskRows.Config(Scene.Folder);
        Scene.Through = log => new FaultyLog(log, _ => IsFull ? AppendFate.Full : AppendFate.Done);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return Scene.DisposeAsync();
    }

    protected void Append(int rows) => Scene.Write(Log, string.Concat(Enumerable.Range(0, rows).Select(_ => AsteriskRows.Row(++Rows))), append: true);

    /// <summary>Renames it to where nobody looks, or removes it.</summary>
    protected string Leave(bool deleted)
    {
        string away = Path.Combine(Scene.Scratch.Folder, $"away.{++_away}");
        if (deleted)
        {
            File.Delete(Scene.PathOf(Log));
        }
        else
        {
            File.Move(Scene.PathOf(Log), away);
        }

        return away;
    }

    protected Task LookAsync(TimeSpan? later = null) => Scene.LookAsync(later);

    /// <summary>Each row once.</summary>
    protected async Task ExpectAllAsync()
    {
        Assert.Equal(Enumerable.Range(1, Rows).Select(AsteriskRows.Id).Order(StringComparer.Ordinal), await Scene.CallsAsync());
        Assert.Empty(await Scene.Scratch.QuarantineAsync());
    }
}
