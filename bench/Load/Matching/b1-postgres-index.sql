CREATE INDEX ON rates USING gist (code gist_prefix_range_ops);
VACUUM ANALYZE rates;
VACUUM ANALYZE numbers;
