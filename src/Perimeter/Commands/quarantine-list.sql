SELECT
    lower(hex(q.quarantine_id)) AS id,
    count() AS times,
    toString(max(q.received_at)) AS received_at,
    any(q.reason) AS reason,
    any(q.field) AS field,
    argMax(q.source, q.received_at) AS source,
    argMax(q.place, q.received_at) AS place,
    any(q.call_id) AS call_id,
    any(q.message) AS message
FROM quarantined_events AS q
WHERE {call:String} = '' OR q.call_id = {call:String}
GROUP BY q.quarantine_id
ORDER BY received_at DESC, id
LIMIT {limit:UInt32}
