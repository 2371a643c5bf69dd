-- Landed attempts of some calls, as LandedEvents.cs reads them, and when the log took each. The hashes of their ids are put in place of KEYS: so many would not fit
-- a URL as a parameter. The bounds of end_time and landed_day say where in the table to look.
SELECT end_time, setup_before_end_ms, progress_before_end_ms, answer_before_end_ms, call_id, ani, dnis, received,
    attempt, flags, sip_code, pdd_ms, mos_thousandths, received_at
FROM rated_calls
WHERE key_hash IN (KEYS) AND toYYYYMM(landed_day) BETWEEN {first_month:UInt32} AND {last_month:UInt32}
    AND end_time BETWEEN fromUnixTimestamp64Milli({first_end:Int64}, 'UTC') AND fromUnixTimestamp64Milli({last_end:Int64}, 'UTC')
