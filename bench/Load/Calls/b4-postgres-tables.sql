CREATE TABLE customer_rates (
    code prefix_range NOT NULL, valid_from bigint NOT NULL, valid_to bigint NOT NULL, nanos_per_minute bigint NOT NULL, initial int NOT NULL, further int NOT NULL);
CREATE TABLE vendor_rates (LIKE customer_rates);
CREATE TABLE calls (id int NOT NULL, group_a int NOT NULL, group_b int NOT NULL, number text NOT NULL, setup_ms bigint NOT NULL, answer_ms bigint NOT NULL, end_ms bigint NOT NULL);
