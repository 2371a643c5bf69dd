-- Which of these files the database has had, so that a program never meets tables of a later one than itself.
CREATE TABLE IF NOT EXISTS schema_changes
(
    number     UInt32 COMMENT 'The number that the file''s name begins with',
    name       String COMMENT 'Of the file',
    applied_at DateTime64(3, 'UTC') COMMENT 'When it was run first'
)
ENGINE = MergeTree
ORDER BY number
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Files of the schema that were run';
