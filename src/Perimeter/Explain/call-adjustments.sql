SELECT switch_id, attempt, run, formatDateTime(adjusted_at, '%Y-%m-%dT%H:%i:%SZ', 'UTC') AS adjusted_at, old_revision, new_revision,
    reason_a, old_outcome_a, old_code_a, old_rate_a, old_billed_seconds_a, old_charge_a, old_currency_a, old_exchange_rate_a, old_system_charge_a,
    new_outcome_a, new_code_a, new_rate_a, new_billed_seconds_a, new_charge_a, new_currency_a, new_exchange_rate_a, new_system_charge_a, difference_a,
    reason_b, old_outcome_b, old_code_b, old_rate_b, old_billed_seconds_b, old_charge_b, old_currency_b, old_exchange_rate_b, old_system_charge_b,
    new_outcome_b, new_code_b, new_rate_b, new_billed_seconds_b, new_charge_b, new_currency_b, new_exchange_rate_b, new_system_charge_b, difference_b,
    revenue_difference, cost_difference, profit_difference
FROM call_adjustments
WHERE key_hash = xxHash64({call:String}) AND call_id = {call:String} AND ({switch:String} = '' OR switch_id = {switch:String})
ORDER BY switch_id, attempt, run
