SELECT
    any(q.reason) AS reason,
    any(q.field) AS field,
    any(q.message) AS message,
    argMax(q.source, q.received_at) AS source,
    argMax(q.place, q.received_at) AS place,
    any(q.switch_id) AS switch_id,
    any(q.call_id) AS call_id,
    any(q.attempt) AS attempt,
    toString(max(q.received_at)) AS received_at,
    count() AS times,
    any(q.content) AS content
FROM quarantined_events AS q
WHERE q.quarantine_id = {id:UInt64}
GROUP BY q.quarantine_id
