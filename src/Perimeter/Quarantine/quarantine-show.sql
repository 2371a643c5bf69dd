SELECT
    anyIf(q.reason, q.reason != 'Replayed') AS reason,
    anyIf(q.field, q.reason != 'Replayed') AS field,
    anyIf(q.message, q.reason != 'Replayed') AS message,
    argMaxIf(q.source, q.received_at, q.reason != 'Replayed') AS source,
    argMaxIf(q.place, q.received_at, q.reason != 'Replayed') AS place,
    argMaxIf(q.source_partition, q.received_at, q.reason != 'Replayed') AS partition,
    argMaxIf(q.source_offset, q.received_at, q.reason != 'Replayed') AS offset,
    base64Encode(argMaxIf(q.source_key, q.received_at, q.reason != 'Replayed')) AS key,
    argMaxIf(q.source_headers, q.received_at, q.reason != 'Replayed') AS headers,
    anyIf(q.switch_id, q.reason != 'Replayed') AS switch_id,
    anyIf(q.call_id, q.reason != 'Replayed') AS call_id,
    anyIf(q.attempt, q.reason != 'Replayed') AS attempt,
    toString(maxIf(q.received_at, q.reason != 'Replayed')) AS received_at,
    countIf(q.reason != 'Replayed') AS times,
    if(countIf(q.reason = 'Replayed') = 0, '', toString(maxIf(q.received_at, q.reason = 'Replayed'))) AS replayed_at,
    argMaxIf(q.message, q.received_at, q.reason = 'Replayed') AS replay,
    base64Encode(anyIf(q.content, q.reason != 'Replayed')) AS content
FROM quarantined_events AS q
WHERE q.quarantine_id = {id:UInt64}
GROUP BY q.quarantine_id
HAVING times > 0
