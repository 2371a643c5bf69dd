-- What is meant to be sent again, the oldest first, with the length of each to make units of.
SELECT
    toString(q.quarantine_id) AS id,
    maxIf(q.place, q.reason = 'Replayed') >= countIf(q.reason != 'Replayed') AS is_replayed,
    if(is_replayed, toString(maxIf(q.received_at, q.reason = 'Replayed')), '') AS replayed_at,
    maxIf(length(q.content), q.reason != 'Replayed') AS bytes
FROM quarantined_events AS q
WHERE ({call:String} = '' OR q.call_id = {call:String})
    AND ({ids:String} = '' OR q.quarantine_id IN (SELECT toUInt64OrZero(arrayJoin(splitByChar(',', {ids:String})))))
GROUP BY q.quarantine_id
HAVING countIf(q.reason != 'Replayed') > 0 AND ({reason:String} = '' OR anyIf(toString(q.reason), q.reason != 'Replayed') = {reason:String})
    AND ({ids:String} != '' OR {again:UInt8} = 1 OR NOT is_replayed)
ORDER BY minIf(q.received_at, q.reason != 'Replayed'), q.quarantine_id
