using System.Text;
using Perimeter.Domain;
using Perimeter.Warehouse.Columns;

namespace Perimeter.Warehouse;

/// <summary>The names by which views show what calls hold as numbers.</summary>
public static class Names
{
    /// <summary>
    /// Writes the names of a published configuration. Publishing a revision again changes nothing that is read, so a crash in between is mended by doing it again;
    /// do so at every start. The newest revision of a number wins, and a number that a revision no longer lists keeps its name.
    /// </summary>
    /// <exception cref="ClickHouseException">The engine refused.</exception>
    public static void Publish(IWarehouseConnection connection, RatingConfig config)
    {
        // Of groups and Relationships that are dated, the last in the list names them.
        Insert(connection, "relationship_names", "relationship", config.Revision, [.. config.Relationships.GroupBy(r => r.Id).Select(group => group.Last())],
            static r => r.Id.Value, static r => r.Name, static (_, _) => { });
        Insert(connection, "trunk_group_names", "trunk_group", config.Revision, [.. config.TrunkGroups.GroupBy(g => g.Id).Select(group => group.Last())],
            static g => g.Id.Value, static g => g.Name, static (set, groups) =>
            {
                NumberColumn<uint> relationship = set.AddNumber<uint>("relationship");
                NumberColumn<sbyte> direction = set.AddNumber<sbyte>("direction");
                NumberColumn<sbyte> relation = set.AddNumber<sbyte>("relation");
                set.Fit(groups.Count);
                for (int i = 0; i < groups.Count; i++)
                {
                    relationship.Values[i] = (uint)groups[i].Relationship.Value;
                    direction.Values[i] = (sbyte)groups[i].Direction;
                    relation.Values[i] = (sbyte)groups[i].Relation;
                }
            });
        Insert(connection, "destination_names", "destination", config.Revision, config.DestinationNames.Index().ToArray(),
            static d => d.Index, static d => d.Item, static (_, _) => { });
    }

    private static void Insert<T>(
        IWarehouseConnection connection, string table, string idColumn, ConfigRevision revision, IReadOnlyList<T> items,
        Func<T, int> id, Func<T, string> name, Action<ColumnSet, IReadOnlyList<T>> others)
    {
        var set = new ColumnSet();
        NumberColumn<uint> ids = set.AddNumber<uint>(idColumn);
        BytesColumn names = set.AddBytes("name");
        set.Fit(items.Count);
        others(set, items);
        for (int i = 0; i < items.Count; i++)
        {
            ids.Values[i] = (uint)id(items[i]);
            names.Add(Encoding.UTF8.GetBytes(name(items[i])));
        }

        set.Rows = items.Count;
        connection.Insert(table, set, ("revision", $"toUInt32({revision.Value})"));
    }
}
