using Perimeter.Domain;

namespace Perimeter.Config;

/// <summary>The rows of one file by id and by name, as other files refer to them.</summary>
internal sealed class NamedRows(string fileName)
{
    /// <summary>What <see cref="ByName"/> gives where a name is not enough to tell.</summary>
    public const int Several = -2;

    private readonly Dictionary<int, int> _byId = [];
    private readonly Dictionary<string, List<int>> _byName = new(StringComparer.Ordinal);
    private readonly List<(int Id, string Name, Interval InForce, long Line)> _rows = [];

    public string FileName { get; } = fileName;

    public int Count => _rows.Count;

    public long LineOf(int place) => _rows[place].Line;

    public int ById(int id) => _byId.GetValueOrDefault(id, -1);

    public int ByName(string name) => !_byName.TryGetValue(name, out List<int>? places) ? -1 : places.Count > 1 ? Several : places[0];

    /// <summary>Adds the row that the table stands on, and reports an id or a name that is taken.</summary>
    /// <param name="nameField">-1 in files whose rows have no names.</param>
    public void Add(TableReader table, int idField, int id, int nameField, string name, Interval inForce)
    {
        int place = _rows.Count;
        _rows.Add((id, name, inForce, table.Line));
        if (id > 0 && !_byId.TryAdd(id, place))
        {
            table.Fail(idField, $"'{id}' is the id of line {_rows[_byId[id]].Line} already");
        }

        if (nameField < 0 || name.Length == 0)
        {
            return;
        }

        if (!_byName.TryGetValue(name, out List<int>? sameName))
        {
            _byName.Add(name, [place]);
            return;
        }

        foreach (int other in sameName)
        {
            if (_rows[other].InForce.Overlaps(inForce))
            {
                table.Fail(nameField, $"{Shown.Text(name)} is the name of line {_rows[other].Line} at the same time");
                break;
            }
        }

        sameName.Add(place);
    }
}
