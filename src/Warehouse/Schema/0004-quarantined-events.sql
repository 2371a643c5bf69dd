-- Events that could not be taken, landed from their own topic in the way of rated_calls.
CREATE TABLE IF NOT EXISTS quarantined_events
(
    log_incarnation UInt64 COMMENT 'Which quarantine topic the row was read from',
    log_partition   UInt16 COMMENT 'Partition of the topic',
    log_offset      UInt64 COMMENT 'Place in the partition: frame * 1048576 + row of the frame',
    landed_day      Date COMMENT 'Day by the log''s clock when the first record of the row''s batch was appended',
    received_at     DateTime64(3, 'UTC') COMMENT 'When the event was received',
    quarantine_id   UInt64 COMMENT 'Hash of reason, field and content: the same event put aside again has the same id',
    reason          Enum8('None' = 0, 'Unreadable' = 1, 'Invalid' = 2, 'Conflict' = 3) COMMENT 'Unreadable: no record of the format. Invalid: a field is missing, malformed or contradicts another. Conflict: the key was taken before with other content',
    field           String COMMENT 'The field that was wrong; empty where the record as a whole was',
    message         String COMMENT 'What was wrong, for people',
    source          String COMMENT 'Where it came from: http, file:NAME or topic:NAME',
    place           Int64 COMMENT 'Index in the request from 0, line of the file from 1, or place in the log',
    switch_id       String COMMENT 'As far as it could be read',
    call_id         String COMMENT 'As far as it could be read',
    attempt         Int32 COMMENT 'As far as it could be read; 0 where not',
    content         String COMMENT 'The bytes as received',
    PROJECTION watermark (SELECT log_incarnation, log_partition, max(log_offset) GROUP BY log_incarnation, log_partition)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(landed_day)
ORDER BY (reason, received_at)
SETTINGS auto_statistics_types = '', min_bytes_for_wide_part = 200000000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'Events that were put aside, with their bytes and the reason';
