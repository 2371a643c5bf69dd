-- What follows landed-calls.sql for the attempts of one unit of re-rating. The end is open at "to", and attempts that a later configuration rated are none of the run's.
WHERE toYYYYMM(landed_day) = {month:UInt32} AND trunk_group_a BETWEEN {first:UInt32} AND {last:UInt32}
    AND end_time >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND end_time < fromUnixTimestamp64Milli({to:Int64}, 'UTC') AND revision <= {revision:UInt32}
