-- What passed over each Relationship and trunk group, with the money of the calls themselves: a vendor's row tells what its routes earned,
-- a customer's row what its calls cost on the way out. Counts and sums only: ratios are made of them.
CREATE OR REPLACE VIEW calls_by_trunk_group
(
    trunk_group_id  UInt32 COMMENT 'Id of the trunk group; 0 where none was found',
    trunk_group     String COMMENT 'Its name',
    relationship_id UInt32 COMMENT 'Id of its Relationship',
    relationship    String COMMENT 'Its name',
    side            Enum8('A' = 1, 'B' = 2) COMMENT 'Calls came in on the group (A) or went out on it (B)',
    relation        Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Who pays whom',
    attempts        UInt64 COMMENT 'Side A: calls offered, all but Advanced. Side B: attempts sent to the group',
    completions     UInt64 COMMENT 'Of these, answered',
    answered_ms     Int64 COMMENT 'Their answered time in ms, by the side''s own instants',
    revenue         Decimal(38, 9) COMMENT 'Revenue of the attempts that passed over the group, whichever side pays, in the system currency',
    cost            Decimal(38, 9) COMMENT 'Cost of the attempts that passed over the group, in the system currency',
    profit          Decimal(38, 9) COMMENT 'revenue less cost'
)
AS SELECT t.trunk_group_id AS trunk_group_id, g.name AS trunk_group, t.relationship_id AS relationship_id, r.name AS relationship, t.side AS side, t.relation AS relation,
    t.attempts AS attempts, t.completions AS completions, t.answered_ms AS answered_ms, t.revenue AS revenue, t.cost AS cost, t.revenue - t.cost AS profit
FROM
(
    SELECT trunk_group_a AS trunk_group_id, relationship_a AS relationship_id, CAST('A', 'Enum8(\'A\' = 1, \'B\' = 2)') AS side, relation_a AS relation,
        sumIf(c.sign, outcome_a != 'Advanced') AS attempts, sumIf(c.sign, outcome_a != 'Advanced' AND answered_a) AS completions,
        sumIf(c.sign * answered_ms_a, outcome_a != 'Advanced') AS answered_ms,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Customer') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Customer') AS revenue,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Vendor') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Vendor') AS cost
    FROM signed_calls AS c GROUP BY trunk_group_id, relationship_id, relation HAVING sum(c.sign) != 0
    UNION ALL
    SELECT trunk_group_b AS trunk_group_id, relationship_b AS relationship_id, CAST('B', 'Enum8(\'A\' = 1, \'B\' = 2)') AS side, relation_b AS relation,
        sum(c.sign) AS attempts, sumIf(c.sign, answered_b) AS completions,
        sum(c.sign * answered_ms_b) AS answered_ms,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Customer') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Customer') AS revenue,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Vendor') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Vendor') AS cost
    FROM signed_calls AS c WHERE sent GROUP BY trunk_group_id, relationship_id, relation HAVING attempts != 0
) AS t LEFT JOIN trunk_groups AS g ON g.trunk_group = t.trunk_group_id LEFT JOIN relationships AS r ON r.relationship = t.relationship_id
ORDER BY t.side, t.trunk_group_id
COMMENT 'Traffic over each trunk group, with the money of its calls';

CREATE OR REPLACE VIEW calls_by_relationship
(
    relationship_id UInt32 COMMENT 'Id of the Relationship; 0 where no group was found',
    relationship    String COMMENT 'Its name',
    side            Enum8('A' = 1, 'B' = 2) COMMENT 'Calls came in from it (A) or went out to it (B)',
    attempts        UInt64 COMMENT 'Side A: calls offered, all but Advanced. Side B: attempts sent to it',
    completions     UInt64 COMMENT 'Of these, answered',
    answered_ms     Int64 COMMENT 'Their answered time in ms',
    revenue         Decimal(38, 9) COMMENT 'Revenue of the attempts that passed over it, whichever side pays, in the system currency',
    cost            Decimal(38, 9) COMMENT 'Cost of the attempts that passed over it, in the system currency',
    profit          Decimal(38, 9) COMMENT 'revenue less cost'
)
AS SELECT g.relationship_id AS relationship_id, any(g.relationship) AS relationship, g.side AS side, sum(g.attempts) AS attempts, sum(g.completions) AS completions,
    sum(g.answered_ms) AS answered_ms, sum(g.revenue) AS revenue, sum(g.cost) AS cost, sum(g.profit) AS profit
FROM calls_by_trunk_group AS g GROUP BY g.relationship_id, g.side
ORDER BY g.side, g.relationship_id
COMMENT 'Traffic over each Relationship, with the money of its calls';
