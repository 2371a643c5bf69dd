SELECT calls, attempts, completions, (SELECT sum(m.answered_ms) FROM trunk_group_minutes AS m WHERE m.side = 'A') AS answered_ms,
    revenue, cost, repeats, conflicts, quarantined
FROM totals
