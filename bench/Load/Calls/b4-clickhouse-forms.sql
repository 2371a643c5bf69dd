-- The codes as IPv6 prefixes, a digit in every four bits.
CREATE TABLE bench.nets ENGINE = MergeTree ORDER BY prefix AS
SELECT concat(IPv6NumToString(toFixedString(unhex(rightPad(code, 32, '0')), 16)), '/', toString(4 * length(code))) AS prefix, * EXCEPT (code)
FROM bench.codes;

-- The trie with the timelines in it.
CREATE DICTIONARY bench.timelines (
    prefix String,
    from_a Array(Int64), rate_a Array(Int64), initial_a Array(Int32), further_a Array(Int32),
    from_b Array(Int64), rate_b Array(Int64), initial_b Array(Int32), further_b Array(Int32)
) PRIMARY KEY prefix SOURCE(CLICKHOUSE(DB 'bench' TABLE 'nets')) LAYOUT(IP_TRIE) LIFETIME(0);

-- The trie with the number of the code alone, for ASOF.
CREATE DICTIONARY bench.ids (prefix String, id UInt32) PRIMARY KEY prefix SOURCE(CLICKHOUSE(DB 'bench' TABLE 'nets')) LAYOUT(IP_TRIE) LIFETIME(0);

-- For the explosion: a code as one number, its digits and their count.
CREATE TABLE bench.keys ENGINE = MergeTree ORDER BY key AS
SELECT toUInt64(code) * 16 + length(code) AS key, id FROM bench.codes;

-- For ASOF: a row for each segment of a timeline.
CREATE TABLE bench.segments_a ENGINE = MergeTree ORDER BY (id, from_ms) AS
SELECT id, from_ms, rate, initial, further FROM bench.codes ARRAY JOIN from_a AS from_ms, rate_a AS rate, initial_a AS initial, further_a AS further;

CREATE TABLE bench.segments_b ENGINE = MergeTree ORDER BY (id, from_ms) AS
SELECT id, from_ms, rate, initial, further FROM bench.codes ARRAY JOIN from_b AS from_ms, rate_b AS rate, initial_b AS initial, further_b AS further;

SYSTEM RELOAD DICTIONARY bench.timelines;

SYSTEM RELOAD DICTIONARY bench.ids;
