SELECT side, relationship AS name, attempts, completions, answered_ms, revenue, cost
FROM calls_by_relationship
WHERE relationship_id != 0
ORDER BY side, revenue DESC, relationship_id
