SELECT toUnixTimestamp64Milli(min(end_time)), toUnixTimestamp64Milli(max(end_time)) + 1 FROM rated_calls
