-- Each number finds its codes by the GiST index, and of those in force the longest.
SELECT count(r.nanos_per_minute), coalesce(sum(r.nanos_per_minute), 0)
FROM numbers n
LEFT JOIN LATERAL (
    SELECT nanos_per_minute
    FROM rates
    WHERE code @> n.number AND valid_from <= n.setup_ms AND valid_to > n.setup_ms
    ORDER BY length(code) DESC
    LIMIT 1
) r ON true;
