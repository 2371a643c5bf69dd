-- {rows} landed calls over ten days before {end_ms}, evenly, as landing would have written them: for measuring look-ups.
INSERT INTO rated_calls (log_incarnation, log_partition, log_offset, landed_day, received_at, end_time, setup_before_end_ms, progress_before_end_ms, answer_before_end_ms,
    call_id, key_hash, ani, dnis, received, attempt, flags, sip_code, pdd_ms, mos_thousandths, revision, trunk_group_a)
WITH toInt64({end_ms:Int64}) - intDiv(864000000 * number, {rows:Int64}) AS end_ms, concat('call-', toString(number)) AS id
SELECT 1, 0, number, toDate(fromUnixTimestamp64Milli(end_ms, 'UTC')), fromUnixTimestamp64Milli(end_ms + 1000, 'UTC'), fromUnixTimestamp64Milli(end_ms, 'UTC'), 61000, -9223372036854775808, 60000,
    id, xxHash64(id), '12125550100', '442079460000', concat('sw1', '\0customer-in\0vendor-out', repeat('\0', 17)), 1, 5, 200, -1, 4370, 1, number % 40
FROM numbers({from:UInt64}, {count:UInt64})
SETTINGS max_partitions_per_insert_block = 0
