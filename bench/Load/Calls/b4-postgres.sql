-- Both sides of every call: the longest code in force at setup, by the GiST index; seconds, increments, one rounding to 6 digits; then the rollup.
-- Unanswered calls have an answer of 0. Amounts before rounding are sixtieths of a nano.
WITH rated AS MATERIALIZED (
    SELECT
        c.group_a, c.group_b, c.end_ms / 60000 AS minute, c.answer_ms > 0 AS answered,
        a.billed AS billed_a, (a.billed * a.nanos_per_minute + 30000) / 60000 * 1000 AS charge_a,
        b.billed AS billed_b, (b.billed * b.nanos_per_minute + 30000) / 60000 * 1000 AS charge_b
    FROM (SELECT *, CASE WHEN answer_ms > 0 THEN (end_ms - answer_ms + 999) / 1000 ELSE 0 END AS seconds FROM calls) c
    LEFT JOIN LATERAL (
        SELECT
            nanos_per_minute,
            CASE WHEN c.seconds = 0 THEN 0 ELSE initial + (greatest(0, c.seconds - initial) + further - 1) / further * further END AS billed
        FROM customer_rates WHERE code @> c.number AND valid_from <= c.setup_ms AND valid_to > c.setup_ms ORDER BY length(code) DESC LIMIT 1
    ) a ON true
    LEFT JOIN LATERAL (
        SELECT
            nanos_per_minute,
            CASE WHEN c.seconds = 0 THEN 0 ELSE initial + (greatest(0, c.seconds - initial) + further - 1) / further * further END AS billed
        FROM vendor_rates WHERE code @> c.number AND valid_from <= c.setup_ms AND valid_to > c.setup_ms ORDER BY length(code) DESC LIMIT 1
    ) b ON true
),
minutes AS (
    SELECT minute, 1 AS side, group_a AS trunk_group, count(*) AS attempts, count(*) FILTER (WHERE answered) AS completions,
        coalesce(sum(billed_a), 0) AS billed, coalesce(sum(charge_a), 0) AS charge
    FROM rated GROUP BY minute, group_a
    UNION ALL
    SELECT minute, 2, group_b, count(*), count(*) FILTER (WHERE answered), coalesce(sum(billed_b), 0), coalesce(sum(charge_b), 0)
    FROM rated GROUP BY minute, group_b
)
SELECT
    count(*), sum(attempts), sum(completions),
    sum(billed) FILTER (WHERE side = 1), sum(billed) FILTER (WHERE side = 2),
    sum(charge) FILTER (WHERE side = 1), sum(charge) FILTER (WHERE side = 2),
    sum(CASE side WHEN 1 THEN charge ELSE -charge END)
FROM minutes;
