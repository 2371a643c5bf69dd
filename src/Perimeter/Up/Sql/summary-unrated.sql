SELECT side, reason AS name, attempts, completions, answered_ms
FROM unbilled_calls
ORDER BY side, reason
