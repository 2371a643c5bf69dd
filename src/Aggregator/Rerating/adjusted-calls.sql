-- Earlier adjustments of the attempts of one unit, as AdjustedCalls.cs reads them.
SELECT log_incarnation, log_partition, log_offset, run, old_revision, new_revision,
    new_trunk_group_a, new_relationship_a, new_direction_a, new_relation_a, new_class_a, new_outcome_a, new_jurisdiction_a, new_deck_a, new_deck_version_a,
    new_code_packed_a, new_destination_a, new_seconds_a, new_billed_seconds_a, new_rate_a, new_charge_a, new_currency_packed_a, new_exchange_rate_a, new_system_charge_a,
    new_trunk_group_b, new_relationship_b, new_direction_b, new_relation_b, new_class_b, new_outcome_b, new_jurisdiction_b, new_deck_b, new_deck_version_b,
    new_code_packed_b, new_destination_b, new_seconds_b, new_billed_seconds_b, new_rate_b, new_charge_b, new_currency_packed_b, new_exchange_rate_b, new_system_charge_b,
    old_trunk_group_a, old_relationship_a, old_direction_a, old_relation_a, old_class_a, old_outcome_a, old_jurisdiction_a, old_deck_a, old_deck_version_a,
    old_code_packed_a, old_destination_a, old_seconds_a, old_billed_seconds_a, old_rate_a, old_charge_a, old_currency_packed_a, old_exchange_rate_a, old_system_charge_a,
    old_trunk_group_b, old_relationship_b, old_direction_b, old_relation_b, old_class_b, old_outcome_b, old_jurisdiction_b, old_deck_b, old_deck_version_b,
    old_code_packed_b, old_destination_b, old_seconds_b, old_billed_seconds_b, old_rate_b, old_charge_b, old_currency_packed_b, old_exchange_rate_b, old_system_charge_b
FROM call_adjustments
WHERE toYYYYMM(landed_day) = {month:UInt32} AND rated_trunk_group_a BETWEEN {first:UInt32} AND {last:UInt32}
    AND end_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND end_time < fromUnixTimestamp64Milli({to:Int64}, 'UTC');
