-- Events that a switch wrote to the log itself: where they lay and what came with them. And the marks of events that were sent again.
ALTER TABLE quarantined_events
    MODIFY COLUMN reason Enum8('None' = 0, 'Unreadable' = 1, 'Invalid' = 2, 'Conflict' = 3, 'Misplaced' = 4, 'Replayed' = 5)
        COMMENT 'Unreadable: no record of the format. Invalid: a field is missing, malformed or contradicts another. Conflict: the key was taken before with other content. Misplaced: written to another partition of the log than its call''s. Replayed: no event, but the mark that the event with this quarantine_id was sent again',
    ADD COLUMN IF NOT EXISTS source_partition Int32 DEFAULT -1 COMMENT 'Partition of the topic that it came from; -1 where it came from none',
    ADD COLUMN IF NOT EXISTS source_offset Int64 DEFAULT -1 COMMENT 'Offset in that partition; -1 where it came from none',
    ADD COLUMN IF NOT EXISTS source_key String DEFAULT '' COMMENT 'Key of the message, its bytes as received; empty where there was none',
    ADD COLUMN IF NOT EXISTS source_headers String DEFAULT '' COMMENT 'Headers of the message, as a JSON array of objects: name, and value, or base64 where that is no text; empty where there were none';
