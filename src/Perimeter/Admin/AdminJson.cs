using System.Text.Json;

namespace Perimeter.Commands;

internal static class AdminJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web);
}
