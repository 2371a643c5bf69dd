SELECT log_partition, count() FROM rated_calls GROUP BY log_partition
