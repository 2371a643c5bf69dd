using Perimeter.Domain;
using Perimeter.Rating.Codes;

namespace Perimeter.Rating.Tests.Building;

internal static class TableLookups
{
    /// <summary>Both steps of finding one number's code.</summary>
    public static int Find(this CodeTable table, E164 number) => table.Decide(table.PlaceOf(number), number);
}
