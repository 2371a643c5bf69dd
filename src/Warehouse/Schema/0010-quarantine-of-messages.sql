-- Events that a switch wrote to the log itself may lie where their calls do not belong.
ALTER TABLE quarantined_events MODIFY COLUMN reason
    Enum8('None' = 0, 'Unreadable' = 1, 'Invalid' = 2, 'Conflict' = 3, 'Misplaced' = 4)
    COMMENT 'Unreadable: no record of the format. Invalid: a field is missing, malformed or contradicts another. Conflict: the key was taken before with other content. Misplaced: written to another partition of the log than its call''s';
