-- Adds to trunk_group_minutes the rows of one log partition that landed without it, and the marker that says so: one part (landing, step 2).
-- Computes what MinuteSums.cs computes. The bounds are places: from is the first that is missing, to the last that landed.
INSERT INTO trunk_group_minutes_landed
    (minute, trunk_group, side, relation, relationship, marker_incarnation, marker_partition, landed_to,
    attempts, completions, answered_ms, billed_seconds, charge, unrated, short_calls, no_profitable_route, network_effective,
    mos_thousandths, mos_calls, pdd_ms, pdd_calls, pdd_to_500, pdd_to_1000, pdd_to_2000, pdd_to_3000, pdd_to_5000, pdd_to_10000)
WITH behind AS
(
    SELECT toDateTime(greatest(0, least(intDiv(toUnixTimestamp64Milli(end_time), 60000) * 60, 4294967280)), 'UTC') AS minute,
        trunk_group_a, relation_a, relationship_a, outcome_a, billed_seconds_a, system_charge_a, answered AS answered_a, answered_ms_a,
        trunk_group_b, relation_b, relationship_b, outcome_b, billed_seconds_b, system_charge_b, sent,
        answered OR isNotNull(answer_time_b) AS answered_b, answered_ms_b,
        refusal, sip_code, pdd_ms, mos_thousandths
    FROM rated_calls
    WHERE log_incarnation = {incarnation:UInt64} AND log_partition = {partition:UInt16} AND log_offset BETWEEN {from:UInt64} AND {to:UInt64}
),
sides AS
(
    SELECT minute, 'A' AS side, trunk_group_a AS trunk_group, relation_a AS relation, relationship_a AS relationship, outcome_a AS outcome,
        billed_seconds_a AS billed, system_charge_a AS system_charge, answered_a AS is_answered, answered_ms_a AS ms, refusal, sip_code, pdd_ms, mos_thousandths
    FROM behind WHERE outcome_a != 'Advanced'
    UNION ALL
    SELECT minute, 'B', trunk_group_b, relation_b, relationship_b, outcome_b,
        billed_seconds_b, system_charge_b, answered_b, answered_ms_b, refusal, sip_code, pdd_ms, mos_thousandths
    FROM behind WHERE sent
)
SELECT minute, trunk_group, CAST(side, 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, relation, relationship,
    toUInt64(0) AS marker_incarnation, toUInt16(0) AS marker_partition, toUInt64(0) AS landed_to,
    count(), countIf(is_answered), sumIf(ms, is_answered), sum(billed), sum(system_charge), countIf(is_answered AND outcome != 'Rated'),
    countIf(is_answered AND ms < 6000), countIf(refusal = 'no_profitable_route'), countIf(is_answered OR sip_code IN (486, 600, 480, 487, 603)),
    toUInt64(sumIf(mos_thousandths, is_answered AND mos_thousandths >= 0)), countIf(is_answered AND mos_thousandths >= 0),
    toUInt64(sumIf(pdd_ms, pdd_ms >= 0)), countIf(pdd_ms >= 0), countIf(pdd_ms BETWEEN 0 AND 500), countIf(pdd_ms BETWEEN 501 AND 1000),
    countIf(pdd_ms BETWEEN 1001 AND 2000), countIf(pdd_ms BETWEEN 2001 AND 3000), countIf(pdd_ms BETWEEN 3001 AND 5000), countIf(pdd_ms BETWEEN 5001 AND 10000)
FROM sides
GROUP BY minute, trunk_group, side, relation, relationship
UNION ALL
SELECT toDateTime(0, 'UTC'), 0, CAST('Marker', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)'), CAST('None', 'Enum8(\'None\' = 0, \'Customer\' = 1, \'Vendor\' = 2)'), 0,
    {incarnation:UInt64}, {partition:UInt16}, {to:UInt64}, 0, 0, 0, 0, toDecimal128(0, 9), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0;
