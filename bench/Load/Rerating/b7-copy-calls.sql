-- The first calls once more, as of another log and some seconds later.
INSERT INTO rated_calls
SELECT * REPLACE (log_incarnation + {copy:UInt64} AS log_incarnation, end_time + toIntervalMillisecond(7919 * {copy:UInt64}) AS end_time)
FROM (SELECT * FROM rated_calls WHERE log_incarnation = 1 LIMIT {calls:UInt64})
SETTINGS max_threads = 2, max_insert_threads = 2
