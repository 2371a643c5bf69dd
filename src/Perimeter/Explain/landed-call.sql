SELECT
    switch_id, call_id, attempt, final, burst, revision, sip_code, pdd_ms, mos_thousandths,
    toUnixTimestamp64Milli(setup_time) AS setup_ms,
    toUnixTimestamp64Milli(progress_time) AS progress_ms,
    toUnixTimestamp64Milli(answer_time) AS answer_ms,
    toUnixTimestamp64Milli(end_time) AS end_ms,
    toUnixTimestamp64Milli(answer_time_b) AS answer_b_ms,
    toUnixTimestamp64Milli(end_time_b) AS end_b_ms,
    trunk_group_a_received, trunk_group_b_received, source_ip, source_port, protocol, tech_prefix, vendor_trunk,
    ani, dnis, ani_sent, dnis_sent, lrn, oli, refusal, released_by, codec, media_ip, forwarded_from, route_revision,
    outcome_a, outcome_b, charge_a, charge_b
FROM rated_calls
WHERE key_hash = xxHash64({call:String}) AND call_id = {call:String} AND ({switch:String} = '' OR switch_id = {switch:String})
ORDER BY switch_id, attempt
