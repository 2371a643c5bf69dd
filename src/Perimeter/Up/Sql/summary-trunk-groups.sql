SELECT side, trunk_group AS name, attempts, completions, answered_ms, revenue, cost
FROM calls_by_trunk_group
WHERE trunk_group_id != 0
ORDER BY side, revenue DESC, trunk_group_id
