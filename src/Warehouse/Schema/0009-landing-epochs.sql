-- Who lands a lane, where more than one process could: a row for each owner that a partition of a topic ever had, the last of which holds.
-- Landing refuses an insert whose owner is not the last one (docs/decisions/0011-clickhouse-server.md). The embedded engine has one owner and no rows here.
CREATE TABLE IF NOT EXISTS landing_epochs
(
    lane     String COMMENT 'Topic, incarnation and partition of the log',
    epoch    UInt64 COMMENT 'From 1, one higher with each owner',
    owner    String COMMENT 'Random, of this claim alone: of two with the same epoch the greater holds',
    taken_at DateTime64(3, 'UTC') COMMENT 'When, by the server''s clock'
)
ENGINE = MergeTree
ORDER BY (lane, epoch, owner)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'Owners of the lanes of landing';
