-- Every prefix of every number into a hash join; of those that are codes the longest; then the date by ASOF for each side.
SELECT
    count(), sum(attempts), sum(completions), sumIf(billed, side = 1), sumIf(billed, side = 2), sumIf(charge, side = 1), sumIf(charge, side = 2),
    sum(if(side = 1, charge, -charge))
FROM (
    SELECT minute, sided.1 AS side, sided.2 AS trunk_group, count() AS attempts, sum(answered) AS completions, sum(sided.3) AS billed, sum(sided.4) AS charge
    FROM (
        SELECT
            minute, answered,
            arrayJoin([
                (1, group_a, billed_a, intDiv(billed_a * a_rate + 30000, 60000) * 1000),
                (2, group_b, billed_b, intDiv(billed_b * b_rate + 30000, 60000) * 1000)]) AS sided
        FROM (
            SELECT
                group_a, group_b, minute, answered, a.rate AS a_rate, b.rate AS b_rate,
                if(seconds = 0 OR a.rate <= 0, 0, a.initial + intDiv(greatest(0, seconds - a.initial) + a.further - 1, a.further) * a.further) AS billed_a,
                if(seconds = 0 OR b.rate <= 0, 0, b.initial + intDiv(greatest(0, seconds - b.initial) + b.further - 1, b.further) * b.further) AS billed_b
            FROM (
                SELECT
                    c.group_a AS group_a, c.group_b AS group_b, intDiv(c.end_ms, 60000) AS minute, c.answer_ms > 0 AS answered, c.setup_ms AS setup_ms,
                    if(answered, intDiv(c.end_ms - c.answer_ms + 999, 1000), 0) AS seconds, bitAnd(m.longest, 0xFFFFFFFF) AS code_id
                FROM bench.calls AS c
                LEFT ANY JOIN (
                    SELECT call, max(bitShiftLeft(toUInt64(digits), 32) + k.id) AS longest
                    FROM (
                        SELECT id AS call, arrayJoin(range(1, 1 + (SELECT max(length(code)) FROM bench.codes))) AS digits, intDiv(toUInt64(number), [toUInt64(1e12), toUInt64(1e11), 10000000000, 1000000000, 100000000, 10000000, 1000000, 100000, 10000, 1000, 100, 10, 1][digits + 1]) * 16 + digits AS key
                        FROM bench.calls
                    ) AS e
                    INNER JOIN bench.keys AS k ON e.key = k.key
                    GROUP BY call
                ) AS m ON c.id = m.call
            ) AS f
            ASOF LEFT JOIN bench.segments_a AS a ON f.code_id = a.id AND f.setup_ms >= a.from_ms
            ASOF LEFT JOIN bench.segments_b AS b ON f.code_id = b.id AND f.setup_ms >= b.from_ms
        )
    )
    GROUP BY minute, side, trunk_group
)
