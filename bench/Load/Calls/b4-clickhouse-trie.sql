-- Both sides by one walk of the trie; the date by counting the segments that have begun.
SELECT
    count(), sum(attempts), sum(completions), sumIf(billed, side = 1), sumIf(billed, side = 2), sumIf(charge, side = 1), sumIf(charge, side = 2),
    sum(if(side = 1, charge, -charge))
FROM (
    SELECT minute, sided.1 AS side, sided.2 AS trunk_group, count() AS attempts, sum(answered) AS completions, sum(sided.3) AS billed, sum(sided.4) AS charge
    FROM (
        SELECT
            minute, answered,
            arrayJoin([
                (1, group_a, billed_a, intDiv(billed_a * found_a.2[at_a] + 30000, 60000) * 1000),
                (2, group_b, billed_b, intDiv(billed_b * found_b.2[at_b] + 30000, 60000) * 1000)]) AS sided
        FROM (
            SELECT
                group_a, group_b, intDiv(end_ms, 60000) AS minute, answer_ms > 0 AS answered,
                if(answered, intDiv(end_ms - answer_ms + 999, 1000), 0) AS seconds,
                dictGet('bench.timelines', ('from_a', 'rate_a', 'initial_a', 'further_a', 'from_b', 'rate_b', 'initial_b', 'further_b'), toFixedString(unhex(number), 16)) AS found,
                (found.1, found.2, found.3, found.4) AS found_a, (found.5, found.6, found.7, found.8) AS found_b,
                arrayCount(begun -> begun <= setup_ms, found_a.1) AS at_a, arrayCount(begun -> begun <= setup_ms, found_b.1) AS at_b,
                if(seconds = 0 OR found_a.2[at_a] <= 0, 0,
                    found_a.3[at_a] + intDiv(greatest(0, seconds - found_a.3[at_a]) + found_a.4[at_a] - 1, found_a.4[at_a]) * found_a.4[at_a]) AS billed_a,
                if(seconds = 0 OR found_b.2[at_b] <= 0, 0,
                    found_b.3[at_b] + intDiv(greatest(0, seconds - found_b.3[at_b]) + found_b.4[at_b] - 1, found_b.4[at_b]) * found_b.4[at_b]) AS billed_b
            FROM bench.calls
        )
    )
    GROUP BY minute, side, trunk_group
)
