-- Ids of calls come in hexadecimal: a list of texts with whatever bytes.
SELECT DISTINCT base64Encode(r.switch_id) AS switch_id, base64Encode(r.call_id) AS call_id, toString(r.attempt) AS attempt
FROM rated_calls AS r
WHERE r.key_hash IN (SELECT xxHash64(unhex(arrayJoin(splitByChar(',', {calls:String})))))
    AND r.call_id IN (SELECT unhex(arrayJoin(splitByChar(',', {calls:String}))))
