-- Calls that lasted longer than their trunk group's longest duration, as a BYE that was lost makes them: rated as they stand, and to be looked at before they are billed.
ALTER TABLE rated_calls
    COMMENT COLUMN flags 'Bits: 1 final, 2 burst, 4 sent to a group on side B, 8 answer_time is that of the call''s answered event, 16 answer_time_b as well, 32 suspect',
    ADD COLUMN IF NOT EXISTS suspect Bool ALIAS bitTest(flags, 5) COMMENT 'The call lasted longer than a trunk group of it has as its longest duration: it was most likely not ended properly';

CREATE OR REPLACE VIEW suspect_calls
(
    end_time        DateTime64(3, 'UTC') COMMENT 'End of the attempt',
    switch_id       String COMMENT 'The switch that told of it',
    call_id         String COMMENT 'The switch''s id of the call',
    attempt         UInt16 COMMENT '1 for the first attempt of the call',
    released_by     String COMMENT 'Who ended the call, as the switch said',
    ani             String COMMENT 'Calling number as received',
    dnis            String COMMENT 'Called number as received',
    trunk_group_a   String COMMENT 'Name of the trunk group the call came in on; empty where none was found',
    seconds_a       UInt32 COMMENT 'Whole seconds of side A',
    system_charge_a Decimal(18, 9) COMMENT 'Charge of side A in the system currency, as it was rated first',
    trunk_group_b   String COMMENT 'Name of the trunk group the call went out on; empty where none was found',
    seconds_b       UInt32 COMMENT 'Whole seconds of side B',
    system_charge_b Decimal(18, 9) COMMENT 'Charge of side B in the system currency, as it was rated first'
)
AS SELECT
    c.end_time AS end_time, c.switch_id AS switch_id, c.call_id AS call_id, c.attempt AS attempt, c.released_by AS released_by, c.ani AS ani, c.dnis AS dnis,
    a.name AS trunk_group_a, c.seconds_a AS seconds_a, c.system_charge_a AS system_charge_a,
    b.name AS trunk_group_b, c.seconds_b AS seconds_b, c.system_charge_b AS system_charge_b
FROM
(
    SELECT end_time, switch_id, call_id, attempt, released_by, ani, dnis, trunk_group_a, seconds_a, system_charge_a, trunk_group_b, seconds_b, system_charge_b
    FROM rated_calls WHERE bitTest(flags, 5)
) AS c LEFT JOIN trunk_groups AS a ON a.trunk_group = c.trunk_group_a LEFT JOIN trunk_groups AS b ON b.trunk_group = c.trunk_group_b
ORDER BY c.end_time
COMMENT 'Calls that lasted longer than their trunk group''s longest duration, to be looked at before they are billed';
