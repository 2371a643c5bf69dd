-- Attempts as LandedCalls.cs reads them: every input of rating as it was received, and what both sides came to. Which attempts, its users say.
SELECT log_incarnation, log_partition, log_offset, landed_day,
    end_time, setup_before_end_ms, progress_before_end_ms, answer_before_end_ms,
    call_id, ani, dnis, received,
    attempt, flags, sip_code, pdd_ms, mos_thousandths, revision,
    trunk_group_a, relationship_a, direction_a, relation_a, class_a, outcome_a, jurisdiction_a, deck_a, deck_version_a, code_packed_a, destination_a,
    seconds_a, billed_seconds_a, rate_a, charge_a, currency_packed_a, exchange_rate_a, system_charge_a,
    trunk_group_b, relationship_b, direction_b, relation_b, class_b, outcome_b, jurisdiction_b, deck_b, deck_version_b, code_packed_b, destination_b,
    seconds_b, billed_seconds_b, rate_b, charge_b, currency_packed_b, exchange_rate_b, system_charge_b
FROM rated_calls
