-- What people ask first, under plain names. Amounts are in the system currency; ratios come from sums and are NULL where there is nothing to divide by.
-- Calls count as they stand after re-rating: what landing added up, and call_adjustments on top.
-- Trunk groups, Relationships and destinations are shown by the names of the newest configuration; '' where it names none.
CREATE OR REPLACE VIEW trunk_group_minutes
(
    minute              DateTime('UTC') COMMENT 'Minute of the attempts'' end',
    trunk_group         UInt32 COMMENT 'Id of the trunk group; 0 where none was found',
    side                Enum8('Marker' = 0, 'A' = 1, 'B' = 2) COMMENT 'Calls came in on the group (A) or went out on it (B)',
    relation            Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'A customer''s charges are revenue, a vendor''s are cost',
    relationship        UInt32 COMMENT 'Id of the group''s Relationship; 0 where no group was found',
    attempts            UInt64 COMMENT 'Side A: calls offered, all but Advanced. Side B: attempts sent to the group',
    completions         UInt64 COMMENT 'Attempts with an answer time',
    answered_ms         Int64 COMMENT 'Answered time in ms',
    billed_seconds      UInt64 COMMENT 'Billed seconds of rated attempts',
    revenue             Decimal(38, 9) COMMENT 'Charges where the relation is Customer',
    cost                Decimal(38, 9) COMMENT 'Charges where the relation is Vendor',
    unrated             UInt64 COMMENT 'Completions that are not Rated: money at risk',
    short_calls         UInt64 COMMENT 'Completions of less than 6 s',
    no_profitable_route UInt64 COMMENT 'Attempts refused because no profitable route was left',
    network_effective   UInt64 COMMENT 'Attempts answered, busy, not answered or rejected by the user',
    mos_thousandths     UInt64 COMMENT 'Sum of the MOS of completions that carry one, in thousandths',
    mos_calls           UInt64 COMMENT 'Completions that carry a MOS',
    pdd_ms              UInt64 COMMENT 'Sum of post-dial delays in ms',
    pdd_calls           UInt64 COMMENT 'Attempts that carry a post-dial delay',
    pdd_to_500          UInt64 COMMENT 'Of these, with up to 500 ms',
    pdd_to_1000         UInt64 COMMENT 'With more than 500 and up to 1,000 ms',
    pdd_to_2000         UInt64 COMMENT 'With more than 1,000 and up to 2,000 ms',
    pdd_to_3000         UInt64 COMMENT 'With more than 2,000 and up to 3,000 ms',
    pdd_to_5000         UInt64 COMMENT 'With more than 3,000 and up to 5,000 ms',
    pdd_to_10000        UInt64 COMMENT 'With more than 5,000 and up to 10,000 ms; the rest took longer'
)
AS SELECT minute, trunk_group, side, relation, relationship,
    sum(m.attempts) AS attempts, sum(m.completions) AS completions, sum(m.answered_ms) AS answered_ms, sum(m.billed_seconds) AS billed_seconds,
    sumIf(m.charge, m.relation = 'Customer') AS revenue, sumIf(m.charge, m.relation = 'Vendor') AS cost, sum(m.unrated) AS unrated,
    sum(m.short_calls) AS short_calls, sum(m.no_profitable_route) AS no_profitable_route, sum(m.network_effective) AS network_effective,
    sum(m.mos_thousandths) AS mos_thousandths, sum(m.mos_calls) AS mos_calls, sum(m.pdd_ms) AS pdd_ms, sum(m.pdd_calls) AS pdd_calls,
    sum(m.pdd_to_500) AS pdd_to_500, sum(m.pdd_to_1000) AS pdd_to_1000, sum(m.pdd_to_2000) AS pdd_to_2000, sum(m.pdd_to_3000) AS pdd_to_3000,
    sum(m.pdd_to_5000) AS pdd_to_5000, sum(m.pdd_to_10000) AS pdd_to_10000
FROM
(
    SELECT minute, trunk_group, side, relation, relationship,
        toInt64(m.attempts) AS attempts, toInt64(m.completions) AS completions, m.answered_ms AS answered_ms, toInt64(m.billed_seconds) AS
        billed_seconds, m.charge AS charge, toInt64(m.unrated) AS unrated, toInt64(m.short_calls) AS short_calls, toInt64(m.no_profitable_route) AS
        no_profitable_route, toInt64(m.network_effective) AS network_effective, toInt64(m.mos_thousandths) AS mos_thousandths, toInt64(m.mos_calls)
        AS mos_calls, toInt64(m.pdd_ms) AS pdd_ms, toInt64(m.pdd_calls) AS pdd_calls, toInt64(m.pdd_to_500) AS pdd_to_500, toInt64(m.pdd_to_1000) AS
        pdd_to_1000, toInt64(m.pdd_to_2000) AS pdd_to_2000, toInt64(m.pdd_to_3000) AS pdd_to_3000, toInt64(m.pdd_to_5000) AS pdd_to_5000,
        toInt64(m.pdd_to_10000) AS pdd_to_10000
    FROM trunk_group_minutes_landed AS m WHERE side != 'Marker'
    UNION ALL
    SELECT toDateTime(greatest(0, least(intDiv(toUnixTimestamp64Milli(i.end_time), 60000) * 60, 4294967280)), 'UTC') AS minute, trunk_group, side, relation, relationship,
        sum(i.sign) AS attempts, sumIf(i.sign, i.is_answered) AS completions, sumIf(i.sign * i.ms, i.is_answered) AS answered_ms, sum(i.sign *
        i.billed) AS billed_seconds, sum(i.sign * i.system_charge) AS charge, sumIf(i.sign, i.is_answered AND i.outcome != 'Rated') AS unrated,
        sumIf(i.sign, i.is_answered AND i.ms < 6000) AS short_calls, sumIf(i.sign, i.npr) AS no_profitable_route, sumIf(i.sign, i.is_answered OR
        i.sip_code IN (486, 600, 480, 487, 603)) AS network_effective, sumIf(i.sign * i.mos, i.is_answered AND i.mos >= 0) AS mos_thousandths,
        sumIf(i.sign, i.is_answered AND i.mos >= 0) AS mos_calls, sumIf(i.sign * i.pdd, i.pdd >= 0) AS pdd_ms, sumIf(i.sign, i.pdd >= 0) AS
        pdd_calls, sumIf(i.sign, i.pdd BETWEEN 0 AND 500) AS pdd_to_500, sumIf(i.sign, i.pdd BETWEEN 501 AND 1000) AS pdd_to_1000, sumIf(i.sign,
        i.pdd BETWEEN 1001 AND 2000) AS pdd_to_2000, sumIf(i.sign, i.pdd BETWEEN 2001 AND 3000) AS pdd_to_3000, sumIf(i.sign, i.pdd BETWEEN 3001 AND
        5000) AS pdd_to_5000, sumIf(i.sign, i.pdd BETWEEN 5001 AND 10000) AS pdd_to_10000
    FROM
    (
        SELECT sign, end_time, CAST('A', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, trunk_group_a AS trunk_group, relation_a AS relation, relationship_a AS relationship,
            outcome_a AS outcome, billed_seconds_a AS billed, system_charge_a AS system_charge, answered_a AS is_answered, answered_ms_a AS ms,
            no_profitable_route AS npr, sip_code, pdd_ms AS pdd, mos_thousandths AS mos
        FROM adjustment_images WHERE outcome_a != 'Advanced'
        UNION ALL
        SELECT sign, end_time, CAST('B', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, trunk_group_b AS trunk_group, relation_b AS relation, relationship_b AS relationship,
            outcome_b AS outcome, billed_seconds_b AS billed, system_charge_b AS system_charge, answered_b AS is_answered, answered_ms_b AS ms,
            no_profitable_route AS npr, sip_code, pdd_ms AS pdd, mos_thousandths AS mos
        FROM adjustment_images WHERE sent
    ) AS i
    GROUP BY minute, trunk_group, side, relation, relationship
) AS m
GROUP BY minute, trunk_group, side, relation, relationship
HAVING attempts != 0
COMMENT 'Sums for each trunk group and minute; add them up for any longer window';

CREATE OR REPLACE VIEW margin_by_relationship_and_day
(
    day             Date COMMENT 'Day of the attempts'' end, UTC',
    relationship_id UInt32 COMMENT 'Id of the Relationship',
    relationship    String COMMENT 'Its name',
    attempts        UInt64 COMMENT 'Attempts on its groups, both sides',
    completions     UInt64 COMMENT 'Attempts with an answer time',
    minutes         Decimal(38, 9) COMMENT 'Answered minutes',
    revenue         Decimal(38, 9) COMMENT 'What its customer groups owe us',
    cost            Decimal(38, 9) COMMENT 'What we owe its vendor groups',
    profit          Decimal(38, 9) COMMENT 'revenue less cost of this Relationship alone',
    margin          Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue'
)
AS SELECT
    t.day AS day,
    t.relationship_id AS relationship_id,
    n.name AS relationship,
    t.attempts AS attempts,
    t.completions AS completions,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    t.revenue AS revenue,
    t.cost AS cost,
    t.revenue - t.cost AS profit,
    if(t.revenue = 0, NULL, toFloat64(t.revenue - t.cost) / toFloat64(t.revenue)) AS margin
FROM
(
    SELECT toDate(minute) AS day, m.relationship AS relationship_id, sum(m.attempts) AS attempts, sum(m.completions) AS completions,
        sum(m.answered_ms) AS answered_ms, sum(m.revenue) AS revenue, sum(m.cost) AS cost
    FROM trunk_group_minutes AS m GROUP BY day, relationship_id
) AS t LEFT JOIN relationships AS n ON n.relationship = t.relationship_id
ORDER BY t.day, t.relationship_id
COMMENT 'Revenue, cost and margin of each Relationship by day';

CREATE OR REPLACE VIEW margin_by_call_day_and_customer
(
    day             Date COMMENT 'Day of the attempt''s end, UTC',
    relationship_id UInt32 COMMENT 'Id of the Relationship that the calls came in from',
    relationship    String COMMENT 'Its name',
    calls           UInt64 COMMENT 'Calls offered by it: all attempts on side A but Advanced',
    revenue         Decimal(38, 9) COMMENT 'Revenue of these calls, whichever side pays',
    cost            Decimal(38, 9) COMMENT 'Cost of these calls, all their attempts',
    profit          Decimal(38, 9) COMMENT 'revenue less cost',
    margin          Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue'
)
AS SELECT
    t.day AS day,
    t.relationship_id AS relationship_id,
    n.name AS relationship,
    t.calls AS calls,
    t.revenue AS revenue,
    t.cost AS cost,
    t.revenue - t.cost AS profit,
    if(t.revenue = 0, NULL, toFloat64(t.revenue - t.cost) / toFloat64(t.revenue)) AS margin
FROM
(
    SELECT toDate(end_time) AS day, relationship_a AS relationship_id, sumIf(c.sign, outcome_a != 'Advanced') AS calls,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Customer') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Customer') AS revenue,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Vendor') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Vendor') AS cost
    FROM signed_calls AS c GROUP BY day, relationship_id HAVING sum(c.sign) != 0
) AS t LEFT JOIN relationships AS n ON n.relationship = t.relationship_id
ORDER BY t.day, t.relationship_id
COMMENT 'What the calls of each Relationship earned, with what they cost on the way out';

CREATE OR REPLACE VIEW margin_by_trunk_group
(
    trunk_group_id UInt32 COMMENT 'Id of the trunk group; 0 where none was found',
    trunk_group    String COMMENT 'Its name',
    relationship   String COMMENT 'Name of its Relationship',
    side           Enum8('Marker' = 0, 'A' = 1, 'B' = 2) COMMENT 'Calls came in on the group (A) or went out on it (B)',
    relation       Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Who pays whom',
    attempts       UInt64 COMMENT 'Side A: calls offered. Side B: attempts sent',
    completions    UInt64 COMMENT 'Attempts with an answer time',
    asr            Nullable(Float64) COMMENT 'completions / attempts',
    aloc_minutes   Nullable(Float64) COMMENT 'Answered minutes of a completion',
    minutes        Decimal(38, 9) COMMENT 'Answered minutes',
    revenue        Decimal(38, 9) COMMENT 'Charges where the relation is Customer',
    cost           Decimal(38, 9) COMMENT 'Charges where the relation is Vendor',
    profit         Decimal(38, 9) COMMENT 'revenue less cost of this group alone',
    margin         Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue'
)
AS SELECT
    t.trunk_group_id AS trunk_group_id,
    g.name AS trunk_group,
    r.name AS relationship,
    t.side AS side,
    t.relation AS relation,
    t.attempts AS attempts,
    t.completions AS completions,
    if(t.attempts = 0, NULL, t.completions / t.attempts) AS asr,
    if(t.completions = 0, NULL, t.answered_ms / 60000 / t.completions) AS aloc_minutes,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    t.revenue AS revenue,
    t.cost AS cost,
    t.revenue - t.cost AS profit,
    if(t.revenue = 0, NULL, toFloat64(t.revenue - t.cost) / toFloat64(t.revenue)) AS margin
FROM
(
    SELECT m.trunk_group AS trunk_group_id, m.relationship AS relationship_id, m.side AS side, m.relation AS relation, sum(m.attempts) AS attempts,
        sum(m.completions) AS completions, sum(m.answered_ms) AS answered_ms, sum(m.revenue) AS revenue, sum(m.cost) AS cost
    FROM trunk_group_minutes AS m GROUP BY trunk_group_id, relationship_id, side, relation
) AS t LEFT JOIN trunk_groups AS g ON g.trunk_group = t.trunk_group_id LEFT JOIN relationships AS r ON r.relationship = t.relationship_id
ORDER BY t.trunk_group_id, t.side, t.relation
COMMENT 'Traffic and money of each trunk group';

CREATE OR REPLACE VIEW top_destinations
(
    destination_id UInt32 COMMENT 'Number of the destination''s name; 0 where no code was found',
    destination    String COMMENT 'The name',
    calls          UInt64 COMMENT 'Calls offered: attempts on side A but Advanced',
    completions    UInt64 COMMENT 'Of these, answered',
    asr            Nullable(Float64) COMMENT 'completions / calls',
    minutes        Decimal(38, 9) COMMENT 'Answered minutes of side A',
    revenue        Decimal(38, 9) COMMENT 'Revenue of these calls, whichever side pays',
    cost           Decimal(38, 9) COMMENT 'Cost of these calls, all their attempts',
    profit         Decimal(38, 9) COMMENT 'revenue less cost',
    margin         Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue'
)
AS SELECT
    t.destination_id AS destination_id,
    d.name AS destination,
    t.calls AS calls,
    t.completions AS completions,
    if(t.calls = 0, NULL, t.completions / t.calls) AS asr,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    t.revenue AS revenue,
    t.cost AS cost,
    t.revenue - t.cost AS profit,
    if(t.revenue = 0, NULL, toFloat64(t.revenue - t.cost) / toFloat64(t.revenue)) AS margin
FROM
(
    SELECT if(destination_a != 0, destination_a, destination_b) AS destination_id, sumIf(c.sign, outcome_a != 'Advanced') AS calls,
        sumIf(c.sign, outcome_a != 'Advanced' AND answered_a) AS completions, sumIf(c.sign * answered_ms_a, outcome_a != 'Advanced') AS answered_ms,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Customer') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Customer') AS revenue,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Vendor') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Vendor') AS cost
    FROM signed_calls AS c GROUP BY destination_id HAVING sum(c.sign) != 0
) AS t LEFT JOIN destinations AS d ON d.destination = t.destination_id
ORDER BY t.revenue DESC, t.cost DESC, t.destination_id
COMMENT 'Destinations by revenue: side A''s destination, or side B''s where A has none';

CREATE OR REPLACE VIEW asr_and_aloc_by_vendor
(
    relationship_id UInt32 COMMENT 'Id of the vendor''s Relationship',
    vendor          String COMMENT 'Its name',
    attempts        UInt64 COMMENT 'Attempts sent to its groups',
    completions     UInt64 COMMENT 'Attempts with an answer time',
    asr             Nullable(Float64) COMMENT 'completions / attempts',
    aloc_minutes    Nullable(Float64) COMMENT 'Answered minutes of a completion',
    minutes         Decimal(38, 9) COMMENT 'Answered minutes',
    cost            Decimal(38, 9) COMMENT 'What we owe it for them'
)
AS SELECT
    t.relationship_id AS relationship_id,
    r.name AS vendor,
    t.attempts AS attempts,
    t.completions AS completions,
    if(t.attempts = 0, NULL, t.completions / t.attempts) AS asr,
    if(t.completions = 0, NULL, t.answered_ms / 60000 / t.completions) AS aloc_minutes,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    t.cost AS cost
FROM
(
    SELECT m.relationship AS relationship_id, sum(m.attempts) AS attempts, sum(m.completions) AS completions, sum(m.answered_ms) AS answered_ms, sum(m.cost) AS cost
    FROM trunk_group_minutes AS m WHERE m.side = 'B' AND m.relation = 'Vendor' GROUP BY relationship_id
) AS t LEFT JOIN relationships AS r ON r.relationship = t.relationship_id
ORDER BY t.attempts DESC, t.relationship_id
COMMENT 'How vendors answer, and for how long';

CREATE OR REPLACE VIEW unbilled_calls
(
    side        Enum8('Marker' = 0, 'A' = 1, 'B' = 2) COMMENT 'The side that was not rated',
    reason      Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Its outcome',
    attempts    UInt64 COMMENT 'Attempts with this outcome',
    completions UInt64 COMMENT 'Of these, answered: money at risk',
    minutes     Decimal(38, 9) COMMENT 'Their answered minutes'
)
AS SELECT * FROM
(
    SELECT CAST('A', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, outcome_a AS reason, sum(sign) AS attempts, sumIf(sign, answered_a) AS completions,
        toDecimal128(sum(sign * answered_ms_a), 9) / 60000 AS minutes
    FROM signed_calls WHERE outcome_a NOT IN ('Rated', 'Advanced', 'NotAnswered') GROUP BY reason HAVING attempts != 0
    UNION ALL
    SELECT CAST('B', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, outcome_b AS reason, sum(sign) AS attempts,
        sumIf(sign, answered_b) AS completions, toDecimal128(sum(sign * answered_ms_b), 9) / 60000 AS minutes
    FROM signed_calls WHERE sent AND outcome_b NOT IN ('Rated', 'NotAnswered') GROUP BY reason HAVING attempts != 0
)
ORDER BY side, reason
COMMENT 'Attempts that could not be rated, by side and reason; a call that was merely not answered is not among them';

CREATE OR REPLACE VIEW totals
(
    calls        UInt64 COMMENT 'Calls offered: attempts on side A but Advanced',
    attempts     UInt64 COMMENT 'Rows: attempts of all calls',
    completions  UInt64 COMMENT 'Calls that were answered',
    asr          Nullable(Float64) COMMENT 'completions / calls',
    aloc_minutes Nullable(Float64) COMMENT 'Answered minutes of a completion',
    minutes      Decimal(38, 9) COMMENT 'Answered minutes of side A',
    revenue      Decimal(38, 9) COMMENT 'Charges of customer sides',
    cost         Decimal(38, 9) COMMENT 'Charges of vendor sides',
    profit       Decimal(38, 9) COMMENT 'revenue less cost',
    margin       Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue',
    repeats      UInt64 COMMENT 'Events that had been taken before, and were not charged again',
    conflicts    UInt64 COMMENT 'Events whose key had been taken before with other content',
    quarantined  UInt64 COMMENT 'Events that were put aside'
)
AS SELECT
    t.calls AS calls,
    n.attempts AS attempts,
    t.completions AS completions,
    if(t.calls = 0, NULL, t.completions / t.calls) AS asr,
    if(t.completions = 0, NULL, t.answered_ms / 60000 / t.completions) AS aloc_minutes,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    m.revenue AS revenue,
    m.cost AS cost,
    m.revenue - m.cost AS profit,
    if(m.revenue = 0, NULL, toFloat64(m.revenue - m.cost) / toFloat64(m.revenue)) AS margin,
    p.repeats AS repeats,
    p.conflicts AS conflicts,
    q.quarantined AS quarantined
FROM (SELECT sum(attempts) AS calls, sum(completions) AS completions, sum(answered_ms) AS answered_ms
    FROM trunk_group_minutes WHERE side = 'A') AS t,
    (SELECT count() AS attempts FROM rated_calls) AS n,
    (SELECT sum(x.revenue) AS revenue, sum(x.cost) AS cost FROM trunk_group_minutes AS x) AS m,
    (SELECT sum(x.repeats) AS repeats, sum(x.conflicts) AS conflicts FROM passed_events AS x) AS p,
    (SELECT countIf(toString(reason) != 'Replayed') AS quarantined FROM quarantined_events) AS q
COMMENT 'Everything, in one row';
