SELECT
    lower(hex(q.quarantine_id)) AS id,
    countIf(q.reason != 'Replayed') AS times,
    toString(maxIf(q.received_at, q.reason != 'Replayed')) AS received_at,
    anyIf(q.reason, q.reason != 'Replayed') AS reason,
    anyIf(q.field, q.reason != 'Replayed') AS field,
    argMaxIf(q.source, q.received_at, q.reason != 'Replayed') AS source,
    argMaxIf(q.place, q.received_at, q.reason != 'Replayed') AS place,
    anyIf(q.call_id, q.reason != 'Replayed') AS call_id,
    anyIf(q.message, q.reason != 'Replayed') AS message,
    -- A mark says how many times the event had been put aside when it was sent again: one that came since is open.
    maxIf(q.place, q.reason = 'Replayed') >= times AS is_replayed,
    if(is_replayed, toString(maxIf(q.received_at, q.reason = 'Replayed')), '') AS replayed_at
FROM quarantined_events AS q
WHERE {call:String} = '' OR q.call_id = {call:String}
GROUP BY q.quarantine_id
HAVING times > 0 AND ({all:UInt8} = 1 OR NOT is_replayed)
ORDER BY received_at DESC, id
LIMIT {limit:UInt32}
