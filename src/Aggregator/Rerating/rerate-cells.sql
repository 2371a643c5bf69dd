-- How many attempts there are to rate again, by month of the part, trunk group and slice of time: what units of work are cut from.
SELECT toYYYYMM(landed_day) AS month, trunk_group_a, intDiv(toUnixTimestamp64Milli(end_time) - {from:Int64}, {step:Int64}) AS slice, count() AS calls
FROM rated_calls
WHERE ({month:UInt32} = 0 OR month = {month:UInt32}) AND trunk_group_a BETWEEN {first:UInt32} AND {last:UInt32}
    AND end_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND end_time < fromUnixTimestamp64Milli({to:Int64}, 'UTC') AND revision <= {revision:UInt32}
GROUP BY month, trunk_group_a, slice
ORDER BY month, trunk_group_a, slice;
