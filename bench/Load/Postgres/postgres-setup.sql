CREATE EXTENSION prefix;
CREATE SCHEMA bench;

-- Processor time of the session's own process: utime and stime of proc(5), in hundredths of a second.
CREATE FUNCTION bench.cpu_ms() RETURNS bigint LANGUAGE sql VOLATILE AS $$
    SELECT 10 * (split_part(stat, ' ', 14)::bigint + split_part(stat, ' ', 15)::bigint)
    FROM pg_read_file('/proc/self/stat') AS stat
$$;
