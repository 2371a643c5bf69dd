using Perimeter.Domain;

namespace Perimeter.Ingest.Tests.Switches;

/// <summary>Rows of Master.csv with all options set.</summary>
internal static class AsteriskRows
{
    public static SwitchConfig Config(string folder) => new(1, "ast1", SwitchType.Asterisk) { Folder = folder, TimeZone = "UTC" };

    /// <summary>The uniqueid of a call.</summary>
    public static string Id(int call) => $"1749985200.{call:000000}";

    /// <summary>A call of its own with one row.</summary>
    public static string Row(int call) => Row(Id(call), call, "ANSWERED");

    public static string Row(string uniqueId, int sequence, string disposition, string vendor = "vendor-a") =>
        $"\"acc\",\"14155550100\",\"493012345678\",\"from-customers\",\"\"\"Ann\"\" <14155550100>\",\"PJSIP/cust-a-0000001e\",\"PJSIP/{vendor}-0000001f\",\"Dial\",\"PJSIP/493012345678@{vendor}\","
        + (disposition == "ANSWERED" ? "\"2025-06-15 11:00:00\",\"2025-06-15 11:00:07\",\"2025-06-15 11:01:07\",67,60," : "\"2025-06-15 11:00:00\",,\"2025-06-15 11:00:05\",5,0,")
        + $"\"{disposition}\",\"DOCUMENTATION\",\"{uniqueId}\",\"\",\"\",\"{uniqueId}\",{sequence}\n";
}
