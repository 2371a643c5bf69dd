CREATE TABLE rates (code prefix_range NOT NULL, valid_from bigint NOT NULL, valid_to bigint NOT NULL, nanos_per_minute bigint NOT NULL);
CREATE TABLE numbers (id int NOT NULL, number text NOT NULL, setup_ms bigint NOT NULL);
