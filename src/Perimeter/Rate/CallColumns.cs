using Perimeter.Config;

namespace Perimeter.Commands;

/// <summary>What a column of a call file can mean, in the order of <see cref="CallColumns.Known"/>.</summary>
internal enum CallColumn { CallId, Ani, Dnis, DnisSent, Lrn, Oli, Tier, SetupTime, AnswerTime, EndTime, DurationMs }

internal static class CallColumns
{
    /// <summary>The columns by the names of the product, and other spellings that leave no doubt.</summary>
    public static IReadOnlyList<TableField> Known { get; } =
    [
        new(["call_id"], Required: true),
        new(["ani", "caller", "calling_number", "a_number"]),
        new(["dnis", "called", "called_number", "b_number"], Required: true),
        new(["dnis_sent"]),
        new(["lrn"]),
        new(["oli"]),
        new(["tier"]),
        new(["setup_time", "setup"], Required: true),
        new(["answer_time", "answer"]),
        new(["end_time", "end"]),
        new(["duration_ms"]),
    ];
}
