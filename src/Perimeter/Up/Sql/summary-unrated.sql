SELECT side, reason AS name, attempts, completions, toInt64(round(minutes * 60000)) AS answered_ms
FROM unbilled_calls
ORDER BY side, reason
