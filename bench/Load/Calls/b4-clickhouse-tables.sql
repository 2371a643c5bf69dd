CREATE DATABASE bench;

CREATE TABLE bench.calls (id UInt32, group_a UInt32, group_b UInt32, number String, setup_ms Int64, answer_ms Int64, end_ms Int64) ENGINE = MergeTree ORDER BY id;

-- One row for each code of either deck; its timelines ascending, a rate of -1 where no row holds.
CREATE TABLE bench.codes (
    id UInt32, code String,
    from_a Array(Int64), rate_a Array(Int64), initial_a Array(Int32), further_a Array(Int32),
    from_b Array(Int64), rate_b Array(Int64), initial_b Array(Int32), further_b Array(Int32)
) ENGINE = MergeTree ORDER BY id;

SET max_threads = 1;
