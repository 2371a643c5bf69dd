using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Perimeter.Warehouse.Http;

/// <summary>Which settings a reader may have, how far, and the one SET that prepares his connection and locks it.</summary>
internal sealed class ReaderSettings(ClickHouseHttpOptions options, IEnumerable<string> known)
{
    public const string JsonArrayOfRows = "output_format_json_array_of_rows";

    private const string OutputPrefix = "output_format_";

    // Of no meaning to who reads; the driver for .NET sends one.
    private const string InputPrefix = "input_format_";

    // They change what is computed or how it is written, never what may be reached.
    private static readonly FrozenSet<string> Applied = FrozenSet.Create(
        StringComparer.Ordinal,
        "aggregate_functions_null_for_empty", "any_join_distinct_right_table_keys", "bool_false_representation", "bool_true_representation",
        "cast_keep_nullable", "count_distinct_implementation", "data_type_default_nullable", "date_time_output_format", "decimal_check_overflow",
        "distinct_overflow_mode", "enable_positional_arguments", "empty_result_for_aggregation_by_empty_set", "extremes", "final",
        "format_csv_delimiter", "format_csv_null_representation", "format_tsv_null_representation", "format_regexp_escaping_rule",
        "group_by_overflow_mode", "group_by_use_nulls", "join_algorithm", "join_default_strictness", "join_use_nulls", "limit", "offset",
        "low_cardinality_allow_in_native_format", "max_block_size", "max_bytes_to_read", "max_execution_time", "max_memory_usage", "max_result_bytes",
        "max_result_rows", "max_rows_to_group_by", "max_rows_to_read", "prefer_column_name_to_alias", "read_overflow_mode", "result_overflow_mode",
        "session_timezone", "short_circuit_function_evaluation", "timeout_overflow_mode", "totals_mode", "transform_null_in", "union_default_mode",
        "use_index_for_in_with_subqueries", "optimize_read_in_order");

    // What clients send by habit; here it has no meaning, or one value only.
    private static readonly FrozenSet<string> Ignored = FrozenSet.Create(
        StringComparer.Ordinal,
        "add_http_cors_header", "async_insert", "cancel_http_readonly_queries_on_client_close", "connect_timeout", "http_connection_timeout",
        "http_headers_progress_interval_ms", "http_receive_timeout", "http_response_buffer_size", "http_send_timeout", "http_wait_end_of_query",
        "http_zlib_compression_level", "idle_connection_timeout", "implicit_select", "log_comment", "log_queries", "max_insert_block_size",
        "max_query_size", "max_threads", "network_compression_method", "priority", "readonly", "receive_timeout", "send_progress_in_http_headers",
        "send_timeout", "tcp_keep_alive_timeout", "wait_for_async_insert");

    private readonly FrozenSet<string> _known = known.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="asked">Of the URL and then of the statement: the last one of a name holds.</param>
    /// <param name="whole">The answer lies in memory whole before it is sent.</param>
    /// <param name="mark">Finds the query again, to end it.</param>
    /// <exception cref="ClickHouseException">One of them is unknown, or not for readers.</exception>
    public string Lock(IEnumerable<KeyValuePair<string, string>> asked, bool whole, string mark)
    {
        Dictionary<string, string> settings = new(StringComparer.Ordinal);
        foreach ((string name, string value) in asked)
        {
            if (Ignored.Contains(name))
            {
                continue;
            }

            if (!_known.Contains(name))
            {
                throw ReaderErrors.Refusal(ReaderErrors.UnknownSetting, $"Setting {name} is neither a builtin setting nor started with the prefix 'SQL_' registered for user-defined settings.");
            }

            if (name.StartsWith(InputPrefix, StringComparison.Ordinal))
            {
                continue;
            }

            if (!IsApplied(name))
            {
                throw ReaderErrors.Refusal(ReaderErrors.Readonly, $"Cannot modify '{name}' setting in readonly mode.");
            }

            settings[name] = value;
        }

        Bound(settings, whole);
        settings["implicit_select"] = "0";
        settings["max_threads"] = "1";
        settings["allow_introspection_functions"] = "0";
        settings["allow_ddl"] = "0";
        settings["max_query_size"] = Number(options.MaxQueryBytes + 1L);
        settings["max_temporary_data_on_disk_size_for_query"] = Number(options.MaxTemporaryDiskBytes);
        settings["log_comment"] = mark;
        settings["readonly"] = "1";

        var sql = new StringBuilder("SET ");
        sql.AppendJoin(", ", settings.Select(setting => $"{setting.Key} = {SqlText.Quoted(setting.Value)}"));
        return sql.ToString();
    }

    private static bool IsApplied(string name) => name.StartsWith(OutputPrefix, StringComparison.Ordinal) || Applied.Contains(name);

    private void Bound(Dictionary<string, string> settings, bool whole)
    {
        LowerTo(settings, "max_execution_time", (decimal)options.MaxExecutionTime.TotalSeconds);
        LowerTo(settings, "max_memory_usage", options.MaxMemoryBytes);
        if (settings.ContainsKey("max_block_size"))
        {
            LowerTo(settings, "max_block_size", 1 << 16);
        }

        // With 'break' a limit of ours would cut the answer short without a word, so it holds only where the reader's own comes first.
        decimal rows = Asked(settings, "max_result_rows") ?? 0;
        bool cuts = settings.GetValueOrDefault("result_overflow_mode") == "break" && rows > 0 && (!whole || rows <= options.MaxWholeResultRows);
        settings["result_overflow_mode"] = cuts ? "break" : "throw";
        if (whole && !cuts)
        {
            LowerTo(settings, "max_result_rows", options.MaxWholeResultRows);
            LowerTo(settings, "max_result_bytes", options.MaxWholeResultBytes);
        }
    }

    private static void LowerTo(Dictionary<string, string> settings, string name, decimal limit)
    {
        decimal asked = Asked(settings, name) ?? limit;
        settings[name] = (asked <= 0 || asked > limit ? limit : asked).ToString(CultureInfo.InvariantCulture);
    }

    private static decimal? Asked(Dictionary<string, string> settings, string name)
    {
        if (!settings.TryGetValue(name, out string? text))
        {
            return null;
        }

        return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)
            ? value
            : throw ReaderErrors.Refusal(ReaderErrors.BadArguments, $"Setting {name} takes a number, not '{text}'.");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
