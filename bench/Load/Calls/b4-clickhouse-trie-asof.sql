-- The longest code by one walk of the trie; then the date by ASOF for each side.
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
                    group_a, group_b, intDiv(end_ms, 60000) AS minute, answer_ms > 0 AS answered, setup_ms,
                    if(answered, intDiv(end_ms - answer_ms + 999, 1000), 0) AS seconds, dictGet('bench.ids', 'id', toFixedString(unhex(number), 16)) AS code_id
                FROM bench.calls
            ) AS f
            ASOF LEFT JOIN bench.segments_a AS a ON f.code_id = a.id AND f.setup_ms >= a.from_ms
            ASOF LEFT JOIN bench.segments_b AS b ON f.code_id = b.id AND f.setup_ms >= b.from_ms
        )
    )
    GROUP BY minute, side, trunk_group
)
