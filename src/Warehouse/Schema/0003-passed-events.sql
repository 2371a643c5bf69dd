-- Events that were read and make no rated call: one row for each landed batch that passed any, collapsing to one a day.
CREATE TABLE IF NOT EXISTS passed_events
(
    log_incarnation UInt64 COMMENT 'Which rated-calls topic the counts were read from',
    log_partition   UInt16 COMMENT 'Partition of the topic',
    landed_day      Date COMMENT 'Day by the log''s clock of the batch''s first frame',
    landed_to       SimpleAggregateFunction(max, UInt64) COMMENT 'Place in the partition just before the next frame: all frames up to it are counted, or passed nothing',
    repeats         SimpleAggregateFunction(sum, UInt64) COMMENT 'Ended events whose key and content had been taken before',
    conflicts       SimpleAggregateFunction(sum, UInt64) COMMENT 'Ended events whose key had been taken before with other content: they are in quarantined_events',
    started         SimpleAggregateFunction(sum, UInt64) COMMENT 'Live events of calls that began',
    answered        SimpleAggregateFunction(sum, UInt64) COMMENT 'Live events of calls that were answered'
)
ENGINE = AggregatingMergeTree
ORDER BY (log_incarnation, log_partition, landed_day)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'Events that were read and make no rated call, counted';
