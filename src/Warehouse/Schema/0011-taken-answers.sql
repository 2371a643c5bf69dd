-- Calls whose ended event did not tell when they were answered, and which took that from their answered event (pipeline.md, promise 5).
ALTER TABLE rated_calls
    COMMENT COLUMN flags 'Bits: 1 final, 2 burst, 4 sent to a group on side B, 8 answer_time is that of the call''s answered event, 16 answer_time_b as well',
    ADD COLUMN IF NOT EXISTS answer_taken Bool ALIAS bitTest(flags, 3) COMMENT 'The ended event carried no answer_time: it is that of the call''s answered event';
