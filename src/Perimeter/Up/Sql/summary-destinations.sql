SELECT destination AS name, calls AS attempts, completions, toInt64(round(minutes * 60000)) AS answered_ms, revenue, cost
FROM top_destinations
WHERE destination != ''
ORDER BY revenue DESC, destination_id
LIMIT 10
