CREATE INDEX ON customer_rates USING gist (code gist_prefix_range_ops);
CREATE INDEX ON vendor_rates USING gist (code gist_prefix_range_ops);
VACUUM ANALYZE customer_rates;
VACUUM ANALYZE vendor_rates;
VACUUM ANALYZE calls;
