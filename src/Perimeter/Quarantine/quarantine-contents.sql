SELECT
    toString(q.quarantine_id) AS id,
    anyIf(toString(q.reason), q.reason != 'Replayed') AS reason,
    toString(countIf(q.reason != 'Replayed')) AS times,
    argMaxIf(q.source, q.received_at, q.reason != 'Replayed') AS source,
    anyIf(q.switch_id, q.reason != 'Replayed') AS switch_id,
    anyIf(q.call_id, q.reason != 'Replayed') AS call_id,
    toString(anyIf(q.attempt, q.reason != 'Replayed')) AS attempt,
    base64Encode(anyIf(q.content, q.reason != 'Replayed')) AS content
FROM quarantined_events AS q
WHERE q.quarantine_id IN (SELECT toUInt64OrZero(arrayJoin(splitByChar(',', {ids:String}))))
GROUP BY q.quarantine_id
