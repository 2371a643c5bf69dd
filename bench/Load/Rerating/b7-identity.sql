INSERT INTO identity SELECT * FROM rated_calls SETTINGS max_threads = 2, max_insert_threads = 2
