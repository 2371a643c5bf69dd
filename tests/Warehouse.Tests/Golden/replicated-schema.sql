-- 0000-schema-changes.sql

CREATE TABLE IF NOT EXISTS `billing`.schema_changes ON CLUSTER 'calls'
(
    number     UInt32 COMMENT 'The number that the file''s name begins with',
    name       String COMMENT 'Of the file',
    applied_at DateTime64(3, 'UTC') COMMENT 'When it was run first'
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/{database}/schema_changes', '{shard}-{replica}')
ORDER BY number
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1
COMMENT 'Files of the schema that were run';

-- 0001-rated-calls.sql

CREATE TABLE IF NOT EXISTS `billing`.rated_calls_local ON CLUSTER 'calls'
(
    log_incarnation     UInt64 COMMENT 'Which rated-calls topic the row was read from: a topic made anew has another number',
    log_partition       UInt16 COMMENT 'Partition of the topic',
    log_offset          UInt64 COMMENT 'Place in the partition: frame * 1048576 + row of the frame',
    landed_day          Date COMMENT 'Day by the log''s clock when the first record of the row''s batch was appended: the month of the part, never the month of the call',
    received_at         DateTime64(3, 'UTC') COMMENT 'When the log took the event',
    end_time            DateTime64(3, 'UTC') COMMENT 'End of the attempt; setup where the switch gave neither end nor answer',
    setup_before_end_ms    Int64 COMMENT 'end_time less setup_time, in ms',
    progress_before_end_ms Int64 COMMENT 'end_time less progress_time, in ms; -9223372036854775808 where there was none',
    answer_before_end_ms   Int64 COMMENT 'end_time less answer_time, in ms; -9223372036854775808 where not answered',
    call_id             String COMMENT 'The switch''s id of the call',
    key_hash            UInt64 COMMENT 'xxHash64(call_id), indexed: ask for key_hash = xxHash64(''ID'') AND call_id = ''ID''' CODEC(NONE),
    ani                 String COMMENT 'Calling number as received',
    dnis                String COMMENT 'Called number as received',
    received            String COMMENT 'The other inputs as received, one after the other with a zero byte between: read them by their own names',
    attempt             UInt16 COMMENT '1 for the first attempt of the call',
    flags               UInt8 COMMENT 'Bits: 1 final, 2 burst, 4 sent to a group on side B',
    sip_code            Int16 COMMENT 'Response code of SIP; -1 where absent',
    pdd_ms              Int32 COMMENT 'Post-dial delay in ms; -1 where absent',
    mos_thousandths     Int32 COMMENT 'Mean opinion score in thousandths; -1 where absent',
    revision            UInt32 COMMENT 'Revision of the configuration that the attempt was rated by',
    trunk_group_a       UInt32 COMMENT 'Id of the trunk group the call came in on; 0 where none was found',
    relationship_a      UInt32 COMMENT 'Id of that group''s Relationship; 0 where no group was found',
    direction_a         Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Service of the group on side A',
    relation_a          Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'A customer''s side is revenue, a vendor''s side is cost',
    class_a             Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Call class on side A',
    outcome_a           Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'What became of side A: the first that holds, in this order',
    jurisdiction_a      Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Of US and Canada calls on side A',
    deck_a              UInt32 COMMENT 'Id of the rate deck in force; 0 where there was none',
    deck_version_a      UInt32 COMMENT 'The upload of the deck, from 1, that holds the row used; 0 where no code was found',
    code_packed_a       UInt64 COMMENT 'The code that matched, packed: first digit in the highest four bits, count of digits in the lowest four; 0 where none was found',
    destination_a       UInt32 COMMENT 'Number of the destination''s name, in the table destinations; 0 where no code was found',
    seconds_a           UInt32 COMMENT 'Whole seconds after rounding and propagation delay; 0 where not answered',
    billed_seconds_a    UInt32 COMMENT '0 unless Rated',
    rate_a              Decimal(18, 9) COMMENT 'Per minute, in the deck''s currency, of the jurisdiction found; 0 where no code was found',
    charge_a            Decimal(18, 9) COMMENT 'In the deck''s currency; 0 unless Rated',
    currency_packed_a   UInt32 COMMENT 'ISO 4217 code of the deck''s currency, a letter to a byte; 0 where there is no deck',
    exchange_rate_a     Decimal(18, 12) COMMENT 'System currency for one unit of the deck''s, in force at the attempt''s setup; 0 where there is no deck',
    system_charge_a     Decimal(18, 9) COMMENT 'charge_a in the system currency',
    trunk_group_b       UInt32 COMMENT 'Id of the trunk group the call went out on; 0 where none was found',
    relationship_b      UInt32 COMMENT 'Id of that group''s Relationship; 0 where no group was found',
    direction_b         Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Service of the group on side B',
    relation_b          Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'A customer''s side is revenue, a vendor''s side is cost',
    class_b             Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Call class on side B',
    outcome_b           Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'What became of side B: the first that holds, in this order',
    jurisdiction_b      Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Of US and Canada calls on side B',
    deck_b              UInt32 COMMENT 'Id of the rate deck in force; 0 where there was none',
    deck_version_b      UInt32 COMMENT 'The upload of the deck, from 1, that holds the row used; 0 where no code was found',
    code_packed_b       UInt64 COMMENT 'The code that matched, packed: first digit in the highest four bits, count of digits in the lowest four; 0 where none was found',
    destination_b       UInt32 COMMENT 'Number of the destination''s name, in the table destinations; 0 where no code was found',
    seconds_b           UInt32 COMMENT 'Whole seconds after rounding and propagation delay; 0 where not answered',
    billed_seconds_b    UInt32 COMMENT '0 unless Rated',
    rate_b              Decimal(18, 9) COMMENT 'Per minute, in the deck''s currency, of the jurisdiction found; 0 where no code was found',
    charge_b            Decimal(18, 9) COMMENT 'In the deck''s currency; 0 unless Rated',
    currency_packed_b   UInt32 COMMENT 'ISO 4217 code of the deck''s currency, a letter to a byte; 0 where there is no deck',
    exchange_rate_b     Decimal(18, 12) COMMENT 'System currency for one unit of the deck''s, in force at the attempt''s setup; 0 where there is no deck',
    system_charge_b     Decimal(18, 9) COMMENT 'charge_b in the system currency',
    setup_time            DateTime64(3, 'UTC') ALIAS fromUnixTimestamp64Milli(toUnixTimestamp64Milli(end_time) - setup_before_end_ms, 'UTC') COMMENT 'When the attempt was set up: the instant that decides rates',
    progress_time         Nullable(DateTime64(3, 'UTC')) ALIAS if(progress_before_end_ms = -9223372036854775808, NULL, fromUnixTimestamp64Milli(toUnixTimestamp64Milli(end_time) - progress_before_end_ms, 'UTC')) COMMENT 'First progress; NULL where there was none',
    answer_time           Nullable(DateTime64(3, 'UTC')) ALIAS if(answer_before_end_ms = -9223372036854775808, NULL, fromUnixTimestamp64Milli(toUnixTimestamp64Milli(end_time) - answer_before_end_ms, 'UTC')) COMMENT 'NULL where not answered',
    final               Bool ALIAS bitTest(flags, 0) COMMENT 'The attempt that decided the call',
    burst               Bool ALIAS bitTest(flags, 1) COMMENT 'Admitted above the capacity group''s threshold',
    sent                Bool ALIAS bitTest(flags, 2) COMMENT 'Sent to a group on side B, known or not; false for a call refused before any vendor',
    answered            Bool ALIAS answer_before_end_ms != -9223372036854775808 COMMENT 'Has an answer time',
    answered_ms_a       Int64 ALIAS if(answer_before_end_ms = -9223372036854775808, 0, answer_before_end_ms) COMMENT 'Answered time of side A in ms',
    answered_ms_b       Int64 ALIAS if(isNull(answer_time_b) AND NOT answered, 0, toUnixTimestamp64Milli(ifNull(end_time_b, end_time)) - toUnixTimestamp64Milli(assumeNotNull(ifNull(answer_time_b, answer_time)))) COMMENT 'Answered time of side B in ms: by its own instants where it has them',
    minutes             Decimal(18, 9) ALIAS toDecimal64(answered_ms_a, 9) / 60000 COMMENT 'Answered minutes of side A',
    mos                 Nullable(Decimal(9, 3)) ALIAS if(mos_thousandths < 0, NULL, toDecimal32(mos_thousandths, 3) / 1000) COMMENT 'Mean opinion score; NULL where absent',
    code_a              String ALIAS substring(leftPad(hex(code_packed_a), 16, '0'), 1, bitAnd(code_packed_a, 15)) COMMENT 'The code that matched, with its country code',
    currency_a          String ALIAS if(currency_packed_a = 0, '', char(bitShiftRight(currency_packed_a, 16), bitAnd(bitShiftRight(currency_packed_a, 8), 255), bitAnd(currency_packed_a, 255))) COMMENT 'ISO 4217 code of the deck''s currency',
    code_b              String ALIAS substring(leftPad(hex(code_packed_b), 16, '0'), 1, bitAnd(code_packed_b, 15)) COMMENT 'The code that matched, with its country code',
    currency_b          String ALIAS if(currency_packed_b = 0, '', char(bitShiftRight(currency_packed_b, 16), bitAnd(bitShiftRight(currency_packed_b, 8), 255), bitAnd(currency_packed_b, 255))) COMMENT 'ISO 4217 code of the deck''s currency',
    revenue             Decimal(38, 9) ALIAS toDecimal128(if(relation_a = 'Customer', system_charge_a, 0), 9) + if(relation_b = 'Customer', system_charge_b, 0) COMMENT 'Charges of customer sides, in the system currency',
    cost                Decimal(38, 9) ALIAS toDecimal128(if(relation_a = 'Vendor', system_charge_a, 0), 9) + if(relation_b = 'Vendor', system_charge_b, 0) COMMENT 'Charges of vendor sides, in the system currency',
    profit              Decimal(38, 9) ALIAS revenue - cost COMMENT 'revenue less cost, in the system currency',
    margin              Nullable(Float64) ALIAS if(revenue = 0, NULL, toFloat64(profit) / toFloat64(revenue)) COMMENT 'profit / revenue; NULL where there is no revenue',
    switch_id             String ALIAS splitByChar('\0', received)[1] COMMENT 'The switch that sent the event: with call_id and attempt, the key',
    trunk_group_a_received String ALIAS splitByChar('\0', received)[2] COMMENT 'Name or id of the group the call came in on, as received',
    trunk_group_b_received String ALIAS splitByChar('\0', received)[3] COMMENT 'Name or id of the group the attempt went out on, as received',
    source_ip             String ALIAS splitByChar('\0', received)[4] COMMENT 'Address the call came from',
    source_port           Nullable(Int32) ALIAS toInt32OrNull(splitByChar('\0', received)[5]) COMMENT 'Port the call came from; NULL where absent',
    protocol              String ALIAS splitByChar('\0', received)[6] COMMENT 'Transport the call came by',
    tech_prefix           String ALIAS splitByChar('\0', received)[7] COMMENT 'Tech prefix that the switch saw',
    vendor_trunk          String ALIAS splitByChar('\0', received)[8] COMMENT 'Trunk the attempt went out on, by the switch''s name',
    ani_sent              String ALIAS splitByChar('\0', received)[9] COMMENT 'Calling number as sent to B',
    dnis_sent             String ALIAS splitByChar('\0', received)[10] COMMENT 'Called number as sent to B',
    lrn                   String ALIAS splitByChar('\0', received)[11] COMMENT 'Location routing number',
    oli                   String ALIAS splitByChar('\0', received)[12] COMMENT 'Originating line information',
    refusal               String ALIAS splitByChar('\0', received)[13] COMMENT 'Why the call was refused before any vendor',
    released_by           String ALIAS splitByChar('\0', received)[14] COMMENT 'Who ended the call',
    codec                 String ALIAS splitByChar('\0', received)[15] COMMENT 'Codec of the media',
    media_ip              String ALIAS splitByChar('\0', received)[16] COMMENT 'Address of the media',
    forwarded_from        String ALIAS splitByChar('\0', received)[17] COMMENT 'The call that this one was forwarded from',
    route_revision        Nullable(Int64) ALIAS toInt64OrNull(splitByChar('\0', received)[18]) COMMENT 'Revision of the configuration that the route was chosen by; NULL where absent',
    answer_time_b         Nullable(DateTime64(3, 'UTC')) ALIAS fromUnixTimestamp64Milli(toInt64OrNull(splitByChar('\0', received)[19]), 'UTC') COMMENT 'Side B''s own answer; NULL where absent',
    end_time_b            Nullable(DateTime64(3, 'UTC')) ALIAS fromUnixTimestamp64Milli(toInt64OrNull(splitByChar('\0', received)[20]), 'UTC') COMMENT 'Side B''s own end; NULL where absent',
    INDEX key_hash_index key_hash TYPE bloom_filter(0.01) GRANULARITY 1,
    PROJECTION watermark (SELECT log_incarnation, log_partition, max(log_offset) GROUP BY log_incarnation, log_partition)
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/rated_calls', '{replica}')
PARTITION BY toYYYYMM(landed_day)
ORDER BY (trunk_group_a, end_time)
SETTINGS auto_statistics_types = '', min_bytes_for_wide_part = 200000000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'One row for each ended attempt, both sides';

CREATE TABLE IF NOT EXISTS `billing`.rated_calls ON CLUSTER 'calls'
(
    log_incarnation     UInt64 COMMENT 'Which rated-calls topic the row was read from: a topic made anew has another number',
    log_partition       UInt16 COMMENT 'Partition of the topic',
    log_offset          UInt64 COMMENT 'Place in the partition: frame * 1048576 + row of the frame',
    landed_day          Date COMMENT 'Day by the log''s clock when the first record of the row''s batch was appended: the month of the part, never the month of the call',
    received_at         DateTime64(3, 'UTC') COMMENT 'When the log took the event',
    end_time            DateTime64(3, 'UTC') COMMENT 'End of the attempt; setup where the switch gave neither end nor answer',
    setup_before_end_ms    Int64 COMMENT 'end_time less setup_time, in ms',
    progress_before_end_ms Int64 COMMENT 'end_time less progress_time, in ms; -9223372036854775808 where there was none',
    answer_before_end_ms   Int64 COMMENT 'end_time less answer_time, in ms; -9223372036854775808 where not answered',
    call_id             String COMMENT 'The switch''s id of the call',
    key_hash            UInt64 COMMENT 'xxHash64(call_id), indexed: ask for key_hash = xxHash64(''ID'') AND call_id = ''ID''',
    ani                 String COMMENT 'Calling number as received',
    dnis                String COMMENT 'Called number as received',
    received            String COMMENT 'The other inputs as received, one after the other with a zero byte between: read them by their own names',
    attempt             UInt16 COMMENT '1 for the first attempt of the call',
    flags               UInt8 COMMENT 'Bits: 1 final, 2 burst, 4 sent to a group on side B',
    sip_code            Int16 COMMENT 'Response code of SIP; -1 where absent',
    pdd_ms              Int32 COMMENT 'Post-dial delay in ms; -1 where absent',
    mos_thousandths     Int32 COMMENT 'Mean opinion score in thousandths; -1 where absent',
    revision            UInt32 COMMENT 'Revision of the configuration that the attempt was rated by',
    trunk_group_a       UInt32 COMMENT 'Id of the trunk group the call came in on; 0 where none was found',
    relationship_a      UInt32 COMMENT 'Id of that group''s Relationship; 0 where no group was found',
    direction_a         Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Service of the group on side A',
    relation_a          Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'A customer''s side is revenue, a vendor''s side is cost',
    class_a             Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Call class on side A',
    outcome_a           Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'What became of side A: the first that holds, in this order',
    jurisdiction_a      Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Of US and Canada calls on side A',
    deck_a              UInt32 COMMENT 'Id of the rate deck in force; 0 where there was none',
    deck_version_a      UInt32 COMMENT 'The upload of the deck, from 1, that holds the row used; 0 where no code was found',
    code_packed_a       UInt64 COMMENT 'The code that matched, packed: first digit in the highest four bits, count of digits in the lowest four; 0 where none was found',
    destination_a       UInt32 COMMENT 'Number of the destination''s name, in the table destinations; 0 where no code was found',
    seconds_a           UInt32 COMMENT 'Whole seconds after rounding and propagation delay; 0 where not answered',
    billed_seconds_a    UInt32 COMMENT '0 unless Rated',
    rate_a              Decimal(18, 9) COMMENT 'Per minute, in the deck''s currency, of the jurisdiction found; 0 where no code was found',
    charge_a            Decimal(18, 9) COMMENT 'In the deck''s currency; 0 unless Rated',
    currency_packed_a   UInt32 COMMENT 'ISO 4217 code of the deck''s currency, a letter to a byte; 0 where there is no deck',
    exchange_rate_a     Decimal(18, 12) COMMENT 'System currency for one unit of the deck''s, in force at the attempt''s setup; 0 where there is no deck',
    system_charge_a     Decimal(18, 9) COMMENT 'charge_a in the system currency',
    trunk_group_b       UInt32 COMMENT 'Id of the trunk group the call went out on; 0 where none was found',
    relationship_b      UInt32 COMMENT 'Id of that group''s Relationship; 0 where no group was found',
    direction_b         Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Service of the group on side B',
    relation_b          Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'A customer''s side is revenue, a vendor''s side is cost',
    class_b             Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Call class on side B',
    outcome_b           Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'What became of side B: the first that holds, in this order',
    jurisdiction_b      Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Of US and Canada calls on side B',
    deck_b              UInt32 COMMENT 'Id of the rate deck in force; 0 where there was none',
    deck_version_b      UInt32 COMMENT 'The upload of the deck, from 1, that holds the row used; 0 where no code was found',
    code_packed_b       UInt64 COMMENT 'The code that matched, packed: first digit in the highest four bits, count of digits in the lowest four; 0 where none was found',
    destination_b       UInt32 COMMENT 'Number of the destination''s name, in the table destinations; 0 where no code was found',
    seconds_b           UInt32 COMMENT 'Whole seconds after rounding and propagation delay; 0 where not answered',
    billed_seconds_b    UInt32 COMMENT '0 unless Rated',
    rate_b              Decimal(18, 9) COMMENT 'Per minute, in the deck''s currency, of the jurisdiction found; 0 where no code was found',
    charge_b            Decimal(18, 9) COMMENT 'In the deck''s currency; 0 unless Rated',
    currency_packed_b   UInt32 COMMENT 'ISO 4217 code of the deck''s currency, a letter to a byte; 0 where there is no deck',
    exchange_rate_b     Decimal(18, 12) COMMENT 'System currency for one unit of the deck''s, in force at the attempt''s setup; 0 where there is no deck',
    system_charge_b     Decimal(18, 9) COMMENT 'charge_b in the system currency',
    setup_time            DateTime64(3, 'UTC') COMMENT 'When the attempt was set up: the instant that decides rates',
    progress_time         Nullable(DateTime64(3, 'UTC')) COMMENT 'First progress; NULL where there was none',
    answer_time           Nullable(DateTime64(3, 'UTC')) COMMENT 'NULL where not answered',
    final               Bool COMMENT 'The attempt that decided the call',
    burst               Bool COMMENT 'Admitted above the capacity group''s threshold',
    sent                Bool COMMENT 'Sent to a group on side B, known or not; false for a call refused before any vendor',
    answered            Bool COMMENT 'Has an answer time',
    answered_ms_a       Int64 COMMENT 'Answered time of side A in ms',
    answered_ms_b       Int64 COMMENT 'Answered time of side B in ms: by its own instants where it has them',
    minutes             Decimal(18, 9) COMMENT 'Answered minutes of side A',
    mos                 Nullable(Decimal(9, 3)) COMMENT 'Mean opinion score; NULL where absent',
    code_a              String COMMENT 'The code that matched, with its country code',
    currency_a          String COMMENT 'ISO 4217 code of the deck''s currency',
    code_b              String COMMENT 'The code that matched, with its country code',
    currency_b          String COMMENT 'ISO 4217 code of the deck''s currency',
    revenue             Decimal(38, 9) COMMENT 'Charges of customer sides, in the system currency',
    cost                Decimal(38, 9) COMMENT 'Charges of vendor sides, in the system currency',
    profit              Decimal(38, 9) COMMENT 'revenue less cost, in the system currency',
    margin              Nullable(Float64) COMMENT 'profit / revenue; NULL where there is no revenue',
    switch_id             String COMMENT 'The switch that sent the event: with call_id and attempt, the key',
    trunk_group_a_received String COMMENT 'Name or id of the group the call came in on, as received',
    trunk_group_b_received String COMMENT 'Name or id of the group the attempt went out on, as received',
    source_ip             String COMMENT 'Address the call came from',
    source_port           Nullable(Int32) COMMENT 'Port the call came from; NULL where absent',
    protocol              String COMMENT 'Transport the call came by',
    tech_prefix           String COMMENT 'Tech prefix that the switch saw',
    vendor_trunk          String COMMENT 'Trunk the attempt went out on, by the switch''s name',
    ani_sent              String COMMENT 'Calling number as sent to B',
    dnis_sent             String COMMENT 'Called number as sent to B',
    lrn                   String COMMENT 'Location routing number',
    oli                   String COMMENT 'Originating line information',
    refusal               String COMMENT 'Why the call was refused before any vendor',
    released_by           String COMMENT 'Who ended the call',
    codec                 String COMMENT 'Codec of the media',
    media_ip              String COMMENT 'Address of the media',
    forwarded_from        String COMMENT 'The call that this one was forwarded from',
    route_revision        Nullable(Int64) COMMENT 'Revision of the configuration that the route was chosen by; NULL where absent',
    answer_time_b         Nullable(DateTime64(3, 'UTC')) COMMENT 'Side B''s own answer; NULL where absent',
    end_time_b            Nullable(DateTime64(3, 'UTC')) COMMENT 'Side B''s own end; NULL where absent'
)
ENGINE = Distributed('calls', 'billing', 'rated_calls_local')
COMMENT 'One row for each ended attempt, both sides';

-- 0002-trunk-group-minutes.sql

CREATE TABLE IF NOT EXISTS `billing`.trunk_group_minutes_landed_local ON CLUSTER 'calls'
(
    minute              DateTime('UTC') COMMENT 'Minute of the attempts'' end; 1970 on markers',
    trunk_group         UInt32 COMMENT 'Id of the trunk group; 0 where none was found, and on markers',
    side                Enum8('Marker' = 0, 'A' = 1, 'B' = 2) COMMENT 'Calls came in on the group (A) or went out on it (B)',
    relation            Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'A customer''s charges are revenue, a vendor''s are cost',
    relationship        UInt32 COMMENT 'Id of the group''s Relationship; 0 where no group was found',
    marker_incarnation  UInt64 COMMENT 'Of markers: which rated-calls topic',
    marker_partition    UInt16 COMMENT 'Of markers: which partition of it',
    landed_to           SimpleAggregateFunction(max, UInt64) COMMENT 'Of markers: the last log_offset that was added',
    attempts            SimpleAggregateFunction(sum, UInt64) COMMENT 'Side A: calls offered, all but Advanced. Side B: attempts sent to the group',
    completions         SimpleAggregateFunction(sum, UInt64) COMMENT 'Attempts with an answer time',
    answered_ms         SimpleAggregateFunction(sum, Int64) COMMENT 'Answered time in ms',
    billed_seconds      SimpleAggregateFunction(sum, UInt64) COMMENT 'Billed seconds of rated attempts',
    charge              SimpleAggregateFunction(sum, Decimal(38, 9)) COMMENT 'Charges in the system currency: revenue of a customer, cost of a vendor',
    unrated             SimpleAggregateFunction(sum, UInt64) COMMENT 'Completions that are not Rated: money at risk',
    short_calls         SimpleAggregateFunction(sum, UInt64) COMMENT 'Completions of less than 6 s',
    no_profitable_route SimpleAggregateFunction(sum, UInt64) COMMENT 'Attempts refused because no profitable route was left (NEPR)',
    network_effective   SimpleAggregateFunction(sum, UInt64) COMMENT 'Attempts answered, busy (486, 600), not answered (480, 487) or rejected by the user (603): NER''s numerator',
    mos_thousandths     SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of the MOS of completions that carry one, in thousandths',
    mos_calls           SimpleAggregateFunction(sum, UInt64) COMMENT 'Completions that carry a MOS',
    pdd_ms              SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of post-dial delays in ms',
    pdd_calls           SimpleAggregateFunction(sum, UInt64) COMMENT 'Attempts that carry a post-dial delay',
    pdd_to_500          SimpleAggregateFunction(sum, UInt64) COMMENT 'Of these, with up to 500 ms',
    pdd_to_1000         SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 500 and up to 1,000 ms',
    pdd_to_2000         SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 1,000 and up to 2,000 ms',
    pdd_to_3000         SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 2,000 and up to 3,000 ms',
    pdd_to_5000         SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 3,000 and up to 5,000 ms',
    pdd_to_10000        SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 5,000 and up to 10,000 ms; the rest took longer'
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/trunk_group_minutes_landed', '{replica}')
ORDER BY (minute, trunk_group, side, relation, relationship, marker_incarnation, marker_partition)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'Sums for each trunk group and minute, with the markers of landing: read trunk_group_minutes';

CREATE TABLE IF NOT EXISTS `billing`.trunk_group_minutes_landed ON CLUSTER 'calls'
(
    minute              DateTime('UTC') COMMENT 'Minute of the attempts'' end; 1970 on markers',
    trunk_group         UInt32 COMMENT 'Id of the trunk group; 0 where none was found, and on markers',
    side                Enum8('Marker' = 0, 'A' = 1, 'B' = 2) COMMENT 'Calls came in on the group (A) or went out on it (B)',
    relation            Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'A customer''s charges are revenue, a vendor''s are cost',
    relationship        UInt32 COMMENT 'Id of the group''s Relationship; 0 where no group was found',
    marker_incarnation  UInt64 COMMENT 'Of markers: which rated-calls topic',
    marker_partition    UInt16 COMMENT 'Of markers: which partition of it',
    landed_to           SimpleAggregateFunction(max, UInt64) COMMENT 'Of markers: the last log_offset that was added',
    attempts            SimpleAggregateFunction(sum, UInt64) COMMENT 'Side A: calls offered, all but Advanced. Side B: attempts sent to the group',
    completions         SimpleAggregateFunction(sum, UInt64) COMMENT 'Attempts with an answer time',
    answered_ms         SimpleAggregateFunction(sum, Int64) COMMENT 'Answered time in ms',
    billed_seconds      SimpleAggregateFunction(sum, UInt64) COMMENT 'Billed seconds of rated attempts',
    charge              SimpleAggregateFunction(sum, Decimal(38, 9)) COMMENT 'Charges in the system currency: revenue of a customer, cost of a vendor',
    unrated             SimpleAggregateFunction(sum, UInt64) COMMENT 'Completions that are not Rated: money at risk',
    short_calls         SimpleAggregateFunction(sum, UInt64) COMMENT 'Completions of less than 6 s',
    no_profitable_route SimpleAggregateFunction(sum, UInt64) COMMENT 'Attempts refused because no profitable route was left (NEPR)',
    network_effective   SimpleAggregateFunction(sum, UInt64) COMMENT 'Attempts answered, busy (486, 600), not answered (480, 487) or rejected by the user (603): NER''s numerator',
    mos_thousandths     SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of the MOS of completions that carry one, in thousandths',
    mos_calls           SimpleAggregateFunction(sum, UInt64) COMMENT 'Completions that carry a MOS',
    pdd_ms              SimpleAggregateFunction(sum, UInt64) COMMENT 'Sum of post-dial delays in ms',
    pdd_calls           SimpleAggregateFunction(sum, UInt64) COMMENT 'Attempts that carry a post-dial delay',
    pdd_to_500          SimpleAggregateFunction(sum, UInt64) COMMENT 'Of these, with up to 500 ms',
    pdd_to_1000         SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 500 and up to 1,000 ms',
    pdd_to_2000         SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 1,000 and up to 2,000 ms',
    pdd_to_3000         SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 2,000 and up to 3,000 ms',
    pdd_to_5000         SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 3,000 and up to 5,000 ms',
    pdd_to_10000        SimpleAggregateFunction(sum, UInt64) COMMENT 'With more than 5,000 and up to 10,000 ms; the rest took longer'
)
ENGINE = Distributed('calls', 'billing', 'trunk_group_minutes_landed_local')
COMMENT 'Sums for each trunk group and minute, with the markers of landing: read trunk_group_minutes';

-- 0003-passed-events.sql

CREATE TABLE IF NOT EXISTS `billing`.passed_events_local ON CLUSTER 'calls'
(
    log_incarnation UInt64 COMMENT 'Which rated-calls topic the counts were read from',
    log_partition   UInt16 COMMENT 'Partition of the topic',
    landed_day      Date COMMENT 'Day by the log''s clock of the batch''s first frame',
    landed_to       SimpleAggregateFunction(max, UInt64) COMMENT 'Place in the partition just before the next frame: all frames up to it are counted, or passed nothing',
    repeats         SimpleAggregateFunction(sum, UInt64) COMMENT 'Ended events whose key and content had been taken before',
    conflicts       SimpleAggregateFunction(sum, UInt64) COMMENT 'Ended events whose key had been taken before with other content: they are in quarantined_events',
    started         SimpleAggregateFunction(sum, UInt64) COMMENT 'Live events of calls that began',
    answered        SimpleAggregateFunction(sum, UInt64) COMMENT 'Live events of calls that were answered'
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/passed_events', '{replica}')
ORDER BY (log_incarnation, log_partition, landed_day)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'Events that were read and make no rated call, counted';

CREATE TABLE IF NOT EXISTS `billing`.passed_events ON CLUSTER 'calls'
(
    log_incarnation UInt64 COMMENT 'Which rated-calls topic the counts were read from',
    log_partition   UInt16 COMMENT 'Partition of the topic',
    landed_day      Date COMMENT 'Day by the log''s clock of the batch''s first frame',
    landed_to       SimpleAggregateFunction(max, UInt64) COMMENT 'Place in the partition just before the next frame: all frames up to it are counted, or passed nothing',
    repeats         SimpleAggregateFunction(sum, UInt64) COMMENT 'Ended events whose key and content had been taken before',
    conflicts       SimpleAggregateFunction(sum, UInt64) COMMENT 'Ended events whose key had been taken before with other content: they are in quarantined_events',
    started         SimpleAggregateFunction(sum, UInt64) COMMENT 'Live events of calls that began',
    answered        SimpleAggregateFunction(sum, UInt64) COMMENT 'Live events of calls that were answered'
)
ENGINE = Distributed('calls', 'billing', 'passed_events_local')
COMMENT 'Events that were read and make no rated call, counted';

-- 0004-quarantined-events.sql

CREATE TABLE IF NOT EXISTS `billing`.quarantined_events_local ON CLUSTER 'calls'
(
    log_incarnation UInt64 COMMENT 'Which quarantine topic the row was read from',
    log_partition   UInt16 COMMENT 'Partition of the topic',
    log_offset      UInt64 COMMENT 'Place in the partition: frame * 1048576 + row of the frame',
    landed_day      Date COMMENT 'Day by the log''s clock when the first record of the row''s batch was appended',
    received_at     DateTime64(3, 'UTC') COMMENT 'When the event was received',
    quarantine_id   UInt64 COMMENT 'Hash of reason, field and content: the same event put aside again has the same id',
    reason          Enum8('None' = 0, 'Unreadable' = 1, 'Invalid' = 2, 'Conflict' = 3) COMMENT 'Unreadable: no record of the format. Invalid: a field is missing, malformed or contradicts another. Conflict: the key was taken before with other content',
    field           String COMMENT 'The field that was wrong; empty where the record as a whole was',
    message         String COMMENT 'What was wrong, for people',
    source          String COMMENT 'Where it came from: http, file:NAME or topic:NAME',
    place           Int64 COMMENT 'Index in the request from 0, line of the file from 1, or place in the log',
    switch_id       String COMMENT 'As far as it could be read',
    call_id         String COMMENT 'As far as it could be read',
    attempt         Int32 COMMENT 'As far as it could be read; 0 where not',
    content         String COMMENT 'The bytes as received',
    PROJECTION watermark (SELECT log_incarnation, log_partition, max(log_offset) GROUP BY log_incarnation, log_partition)
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/quarantined_events', '{replica}')
PARTITION BY toYYYYMM(landed_day)
ORDER BY (reason, received_at)
SETTINGS auto_statistics_types = '', min_bytes_for_wide_part = 200000000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'Events that were put aside, with their bytes and the reason';

CREATE TABLE IF NOT EXISTS `billing`.quarantined_events ON CLUSTER 'calls'
(
    log_incarnation UInt64 COMMENT 'Which quarantine topic the row was read from',
    log_partition   UInt16 COMMENT 'Partition of the topic',
    log_offset      UInt64 COMMENT 'Place in the partition: frame * 1048576 + row of the frame',
    landed_day      Date COMMENT 'Day by the log''s clock when the first record of the row''s batch was appended',
    received_at     DateTime64(3, 'UTC') COMMENT 'When the event was received',
    quarantine_id   UInt64 COMMENT 'Hash of reason, field and content: the same event put aside again has the same id',
    reason          Enum8('None' = 0, 'Unreadable' = 1, 'Invalid' = 2, 'Conflict' = 3) COMMENT 'Unreadable: no record of the format. Invalid: a field is missing, malformed or contradicts another. Conflict: the key was taken before with other content',
    field           String COMMENT 'The field that was wrong; empty where the record as a whole was',
    message         String COMMENT 'What was wrong, for people',
    source          String COMMENT 'Where it came from: http, file:NAME or topic:NAME',
    place           Int64 COMMENT 'Index in the request from 0, line of the file from 1, or place in the log',
    switch_id       String COMMENT 'As far as it could be read',
    call_id         String COMMENT 'As far as it could be read',
    attempt         Int32 COMMENT 'As far as it could be read; 0 where not',
    content         String COMMENT 'The bytes as received'
)
ENGINE = Distributed('calls', 'billing', 'quarantined_events_local')
COMMENT 'Events that were put aside, with their bytes and the reason';

-- 0005-names.sql

CREATE TABLE IF NOT EXISTS `billing`.relationship_names ON CLUSTER 'calls'
(
    relationship UInt32 COMMENT 'Id of the Relationship',
    name         String COMMENT 'Its name',
    revision     UInt32 COMMENT 'Revision of the configuration that says so'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/relationship_names', '{shard}-{replica}', revision)
ORDER BY relationship
COMMENT 'Names of Relationships, revision by revision: read relationships';

CREATE TABLE IF NOT EXISTS `billing`.trunk_group_names ON CLUSTER 'calls'
(
    trunk_group  UInt32 COMMENT 'Id of the trunk group',
    name         String COMMENT 'Its name',
    relationship UInt32 COMMENT 'Id of its Relationship',
    direction    Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Its service',
    relation     Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Who pays whom',
    revision     UInt32 COMMENT 'Revision of the configuration that says so'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/trunk_group_names', '{shard}-{replica}', revision)
ORDER BY trunk_group
COMMENT 'Names of trunk groups, revision by revision: read trunk_groups';

CREATE TABLE IF NOT EXISTS `billing`.destination_names ON CLUSTER 'calls'
(
    destination UInt32 COMMENT 'Number of the name in the carrier''s list',
    name        String COMMENT 'The name',
    revision    UInt32 COMMENT 'Revision of the configuration that says so'
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/destination_names', '{shard}-{replica}', revision)
ORDER BY destination
COMMENT 'Names of destinations, revision by revision: read destinations';

CREATE OR REPLACE VIEW `billing`.relationships ON CLUSTER 'calls'
(
    relationship UInt32 COMMENT 'Id of the Relationship',
    name         String COMMENT 'Its name'
)
AS SELECT relationship, name FROM relationship_names FINAL
COMMENT 'Relationships by id';

CREATE OR REPLACE VIEW `billing`.trunk_groups ON CLUSTER 'calls'
(
    trunk_group  UInt32 COMMENT 'Id of the trunk group',
    name         String COMMENT 'Its name',
    relationship UInt32 COMMENT 'Id of its Relationship',
    direction    Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Its service',
    relation     Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Who pays whom'
)
AS SELECT trunk_group, name, relationship, direction, relation FROM trunk_group_names FINAL
COMMENT 'Trunk groups by id';

CREATE OR REPLACE VIEW `billing`.destinations ON CLUSTER 'calls'
(
    destination UInt32 COMMENT 'Number of the name',
    name        String COMMENT 'The name'
)
AS SELECT destination, name FROM destination_names FINAL
COMMENT 'Destinations by number';

-- 0006-call-adjustments.sql

CREATE TABLE IF NOT EXISTS `billing`.call_adjustments_local ON CLUSTER 'calls'
(
    log_incarnation UInt64 COMMENT 'With log_partition and log_offset, the row of rated_calls that is adjusted',
    log_partition UInt16 COMMENT 'See log_incarnation',
    log_offset UInt64 COMMENT 'See log_incarnation',
    landed_day Date COMMENT 'landed_day of that row, whose month is the month of the part',
    rated_trunk_group_a UInt32 COMMENT 'trunk_group_a of that row: both tables are ordered by it',
    end_time DateTime64(3, 'UTC') COMMENT 'End of the attempt',
    call_id String COMMENT 'The switch''s id of the call',
    key_hash UInt64 COMMENT 'xxHash64(call_id), indexed: ask for key_hash = xxHash64(''ID'') AND call_id = ''ID''' CODEC(NONE),
    switch_id String COMMENT 'The switch that sent the event: with call_id and attempt, the key',
    attempt UInt16 COMMENT '1 for the first attempt of the call',
    run UInt32 COMMENT 'Number of the run of re-rating, from 1: of two adjustments of an attempt the one of the later run holds',
    adjusted_at DateTime64(3, 'UTC') COMMENT 'When the run began: what invoices of a later period add',
    old_revision UInt32 COMMENT 'Revision of the configuration that the attempt stood by',
    new_revision UInt32 COMMENT 'Revision of the configuration that the run rated by',
    reason_a Enum8('none' = 0, 'trunk_group' = 1, 'relationship' = 2, 'class' = 3, 'deck' = 4, 'code' = 5, 'jurisdiction' = 6, 'currency' = 7, 'rate' = 8, 'outcome' = 9, 'seconds' = 10, 'terms' = 11, 'exchange_rate' = 12, 'version' = 13, 'destination' = 14) COMMENT 'Why side A changed. The first that differs, in this order: trunk_group, relationship, class, deck, code, jurisdiction, currency, rate, outcome, seconds (rounded or billed), terms (fees, minimum, rounding of the charge), exchange_rate, version (the same price from another upload), destination (its name alone); none where the side stands as it stood',
    reason_b Enum8('none' = 0, 'trunk_group' = 1, 'relationship' = 2, 'class' = 3, 'deck' = 4, 'code' = 5, 'jurisdiction' = 6, 'currency' = 7, 'rate' = 8, 'outcome' = 9, 'seconds' = 10, 'terms' = 11, 'exchange_rate' = 12, 'version' = 13, 'destination' = 14) COMMENT 'Why side B changed; as reason_a',
    flags UInt8 COMMENT 'Bits: 1 final, 2 burst, 4 sent to a group on side B, 8 side A answered, 16 side B answered, 32 refused because no profitable route was left',
    answered_ms_a Int64 COMMENT 'Answered time of side A in ms',
    answered_ms_b Int64 COMMENT 'Answered time of side B in ms',
    sip_code Int16 COMMENT 'As in rated_calls',
    pdd_ms Int32 COMMENT 'As in rated_calls',
    mos_thousandths Int32 COMMENT 'As in rated_calls',
    old_trunk_group_a UInt32 COMMENT 'Before, side A: trunk group; 0 where none was found',
    old_relationship_a UInt32 COMMENT 'Before, side A: its Relationship; 0 where no group was found',
    old_direction_a Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Before, side A: service of the group',
    old_relation_a Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Before, side A: a customer''s side is revenue, a vendor''s side is cost',
    old_class_a Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Before, side A: call class',
    old_outcome_a Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Before, side A: what became of the side',
    old_jurisdiction_a Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Before, side A: of US and Canada calls',
    old_deck_a UInt32 COMMENT 'Before, side A: rate deck; 0 where there was none',
    old_deck_version_a UInt32 COMMENT 'Before, side A: upload of the deck that holds the row used; 0 where no code was found',
    old_code_packed_a UInt64 COMMENT 'Before, side A: the code that matched, packed as in rated_calls',
    old_destination_a UInt32 COMMENT 'Before, side A: number of the destination''s name, in the table destinations; 0 where no code was found',
    old_seconds_a UInt32 COMMENT 'Before, side A: whole seconds after rounding and propagation delay',
    old_billed_seconds_a UInt32 COMMENT 'Before, side A: 0 unless Rated',
    old_rate_a Decimal(18, 9) COMMENT 'Before, side A: per minute, in the deck''s currency',
    old_charge_a Decimal(18, 9) COMMENT 'Before, side A: in the deck''s currency; 0 unless Rated',
    old_currency_packed_a UInt32 COMMENT 'Before, side A: currency of the deck, packed as in rated_calls; 0 where there is no deck',
    old_exchange_rate_a Decimal(18, 12) COMMENT 'Before, side A: system currency for one unit of the deck''s, in force at the attempt''s setup',
    old_system_charge_a Decimal(18, 9) COMMENT 'Before, side A: the charge in the system currency',
    new_trunk_group_a UInt32 COMMENT 'Now, side A: trunk group; 0 where none was found',
    new_relationship_a UInt32 COMMENT 'Now, side A: its Relationship; 0 where no group was found',
    new_direction_a Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Now, side A: service of the group',
    new_relation_a Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Now, side A: a customer''s side is revenue, a vendor''s side is cost',
    new_class_a Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Now, side A: call class',
    new_outcome_a Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Now, side A: what became of the side',
    new_jurisdiction_a Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Now, side A: of US and Canada calls',
    new_deck_a UInt32 COMMENT 'Now, side A: rate deck; 0 where there was none',
    new_deck_version_a UInt32 COMMENT 'Now, side A: upload of the deck that holds the row used; 0 where no code was found',
    new_code_packed_a UInt64 COMMENT 'Now, side A: the code that matched, packed as in rated_calls',
    new_destination_a UInt32 COMMENT 'Now, side A: number of the destination''s name, in the table destinations; 0 where no code was found',
    new_seconds_a UInt32 COMMENT 'Now, side A: whole seconds after rounding and propagation delay',
    new_billed_seconds_a UInt32 COMMENT 'Now, side A: 0 unless Rated',
    new_rate_a Decimal(18, 9) COMMENT 'Now, side A: per minute, in the deck''s currency',
    new_charge_a Decimal(18, 9) COMMENT 'Now, side A: in the deck''s currency; 0 unless Rated',
    new_currency_packed_a UInt32 COMMENT 'Now, side A: currency of the deck, packed as in rated_calls; 0 where there is no deck',
    new_exchange_rate_a Decimal(18, 12) COMMENT 'Now, side A: system currency for one unit of the deck''s, in force at the attempt''s setup',
    new_system_charge_a Decimal(18, 9) COMMENT 'Now, side A: the charge in the system currency',
    old_trunk_group_b UInt32 COMMENT 'Before, side B: trunk group; 0 where none was found',
    old_relationship_b UInt32 COMMENT 'Before, side B: its Relationship; 0 where no group was found',
    old_direction_b Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Before, side B: service of the group',
    old_relation_b Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Before, side B: a customer''s side is revenue, a vendor''s side is cost',
    old_class_b Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Before, side B: call class',
    old_outcome_b Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Before, side B: what became of the side',
    old_jurisdiction_b Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Before, side B: of US and Canada calls',
    old_deck_b UInt32 COMMENT 'Before, side B: rate deck; 0 where there was none',
    old_deck_version_b UInt32 COMMENT 'Before, side B: upload of the deck that holds the row used; 0 where no code was found',
    old_code_packed_b UInt64 COMMENT 'Before, side B: the code that matched, packed as in rated_calls',
    old_destination_b UInt32 COMMENT 'Before, side B: number of the destination''s name, in the table destinations; 0 where no code was found',
    old_seconds_b UInt32 COMMENT 'Before, side B: whole seconds after rounding and propagation delay',
    old_billed_seconds_b UInt32 COMMENT 'Before, side B: 0 unless Rated',
    old_rate_b Decimal(18, 9) COMMENT 'Before, side B: per minute, in the deck''s currency',
    old_charge_b Decimal(18, 9) COMMENT 'Before, side B: in the deck''s currency; 0 unless Rated',
    old_currency_packed_b UInt32 COMMENT 'Before, side B: currency of the deck, packed as in rated_calls; 0 where there is no deck',
    old_exchange_rate_b Decimal(18, 12) COMMENT 'Before, side B: system currency for one unit of the deck''s, in force at the attempt''s setup',
    old_system_charge_b Decimal(18, 9) COMMENT 'Before, side B: the charge in the system currency',
    new_trunk_group_b UInt32 COMMENT 'Now, side B: trunk group; 0 where none was found',
    new_relationship_b UInt32 COMMENT 'Now, side B: its Relationship; 0 where no group was found',
    new_direction_b Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Now, side B: service of the group',
    new_relation_b Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Now, side B: a customer''s side is revenue, a vendor''s side is cost',
    new_class_b Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Now, side B: call class',
    new_outcome_b Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Now, side B: what became of the side',
    new_jurisdiction_b Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Now, side B: of US and Canada calls',
    new_deck_b UInt32 COMMENT 'Now, side B: rate deck; 0 where there was none',
    new_deck_version_b UInt32 COMMENT 'Now, side B: upload of the deck that holds the row used; 0 where no code was found',
    new_code_packed_b UInt64 COMMENT 'Now, side B: the code that matched, packed as in rated_calls',
    new_destination_b UInt32 COMMENT 'Now, side B: number of the destination''s name, in the table destinations; 0 where no code was found',
    new_seconds_b UInt32 COMMENT 'Now, side B: whole seconds after rounding and propagation delay',
    new_billed_seconds_b UInt32 COMMENT 'Now, side B: 0 unless Rated',
    new_rate_b Decimal(18, 9) COMMENT 'Now, side B: per minute, in the deck''s currency',
    new_charge_b Decimal(18, 9) COMMENT 'Now, side B: in the deck''s currency; 0 unless Rated',
    new_currency_packed_b UInt32 COMMENT 'Now, side B: currency of the deck, packed as in rated_calls; 0 where there is no deck',
    new_exchange_rate_b Decimal(18, 12) COMMENT 'Now, side B: system currency for one unit of the deck''s, in force at the attempt''s setup',
    new_system_charge_b Decimal(18, 9) COMMENT 'Now, side B: the charge in the system currency',
    reason String ALIAS multiIf(reason_b IN ('none', reason_a), toString(reason_a), reason_a = 'none', toString(reason_b), concat(toString(reason_a), ', ', toString(reason_b))) COMMENT 'Why, in a word; of both sides where they changed for different reasons',
    old_code_a String ALIAS substring(leftPad(hex(old_code_packed_a), 16, '0'), 1, bitAnd(old_code_packed_a, 15)) COMMENT 'Before, side A: the code that matched, with its country code',
    old_currency_a String ALIAS if(old_currency_packed_a = 0, '', char(bitShiftRight(old_currency_packed_a, 16), bitAnd(bitShiftRight(old_currency_packed_a, 8), 255), bitAnd(old_currency_packed_a, 255))) COMMENT 'Before, side A: ISO 4217 code of the deck''s currency',
    new_code_a String ALIAS substring(leftPad(hex(new_code_packed_a), 16, '0'), 1, bitAnd(new_code_packed_a, 15)) COMMENT 'Now, side A: the code that matched, with its country code',
    new_currency_a String ALIAS if(new_currency_packed_a = 0, '', char(bitShiftRight(new_currency_packed_a, 16), bitAnd(bitShiftRight(new_currency_packed_a, 8), 255), bitAnd(new_currency_packed_a, 255))) COMMENT 'Now, side A: ISO 4217 code of the deck''s currency',
    old_code_b String ALIAS substring(leftPad(hex(old_code_packed_b), 16, '0'), 1, bitAnd(old_code_packed_b, 15)) COMMENT 'Before, side B: the code that matched, with its country code',
    old_currency_b String ALIAS if(old_currency_packed_b = 0, '', char(bitShiftRight(old_currency_packed_b, 16), bitAnd(bitShiftRight(old_currency_packed_b, 8), 255), bitAnd(old_currency_packed_b, 255))) COMMENT 'Before, side B: ISO 4217 code of the deck''s currency',
    new_code_b String ALIAS substring(leftPad(hex(new_code_packed_b), 16, '0'), 1, bitAnd(new_code_packed_b, 15)) COMMENT 'Now, side B: the code that matched, with its country code',
    new_currency_b String ALIAS if(new_currency_packed_b = 0, '', char(bitShiftRight(new_currency_packed_b, 16), bitAnd(bitShiftRight(new_currency_packed_b, 8), 255), bitAnd(new_currency_packed_b, 255))) COMMENT 'Now, side B: ISO 4217 code of the deck''s currency',
    difference_a Decimal(38, 9) ALIAS toDecimal128(new_system_charge_a, 9) - old_system_charge_a COMMENT 'Charge of side A now less before, in the system currency',
    difference_b Decimal(38, 9) ALIAS toDecimal128(new_system_charge_b, 9) - old_system_charge_b COMMENT 'Charge of side B now less before, in the system currency',
    old_revenue Decimal(38, 9) ALIAS toDecimal128(if(old_relation_a = 'Customer', old_system_charge_a, 0), 9) + if(old_relation_b = 'Customer', old_system_charge_b, 0) COMMENT 'Before: charges of customer sides, in the system currency',
    new_revenue Decimal(38, 9) ALIAS toDecimal128(if(new_relation_a = 'Customer', new_system_charge_a, 0), 9) + if(new_relation_b = 'Customer', new_system_charge_b, 0) COMMENT 'Now: charges of customer sides, in the system currency',
    revenue_difference Decimal(38, 9) ALIAS new_revenue - old_revenue COMMENT 'What the attempt''s revenue gained, in the system currency',
    old_cost Decimal(38, 9) ALIAS toDecimal128(if(old_relation_a = 'Vendor', old_system_charge_a, 0), 9) + if(old_relation_b = 'Vendor', old_system_charge_b, 0) COMMENT 'Before: charges of vendor sides, in the system currency',
    new_cost Decimal(38, 9) ALIAS toDecimal128(if(new_relation_a = 'Vendor', new_system_charge_a, 0), 9) + if(new_relation_b = 'Vendor', new_system_charge_b, 0) COMMENT 'Now: charges of vendor sides, in the system currency',
    cost_difference Decimal(38, 9) ALIAS new_cost - old_cost COMMENT 'What the attempt''s cost gained, in the system currency',
    profit_difference Decimal(38, 9) ALIAS revenue_difference - cost_difference COMMENT 'What the attempt''s profit gained, in the system currency',
    INDEX key_hash_index key_hash TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/call_adjustments', '{replica}')
PARTITION BY toYYYYMM(landed_day)
ORDER BY (rated_trunk_group_a, end_time)
SETTINGS auto_statistics_types = '', min_bytes_for_wide_part = 200000000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, max_bytes_to_merge_at_max_space_in_pool = 200000000
COMMENT 'What re-rating changed: one row for each attempt and run, both sides before and now';

CREATE TABLE IF NOT EXISTS `billing`.call_adjustments ON CLUSTER 'calls'
(
    log_incarnation UInt64 COMMENT 'With log_partition and log_offset, the row of rated_calls that is adjusted',
    log_partition UInt16 COMMENT 'See log_incarnation',
    log_offset UInt64 COMMENT 'See log_incarnation',
    landed_day Date COMMENT 'landed_day of that row, whose month is the month of the part',
    rated_trunk_group_a UInt32 COMMENT 'trunk_group_a of that row: both tables are ordered by it',
    end_time DateTime64(3, 'UTC') COMMENT 'End of the attempt',
    call_id String COMMENT 'The switch''s id of the call',
    key_hash UInt64 COMMENT 'xxHash64(call_id), indexed: ask for key_hash = xxHash64(''ID'') AND call_id = ''ID''',
    switch_id String COMMENT 'The switch that sent the event: with call_id and attempt, the key',
    attempt UInt16 COMMENT '1 for the first attempt of the call',
    run UInt32 COMMENT 'Number of the run of re-rating, from 1: of two adjustments of an attempt the one of the later run holds',
    adjusted_at DateTime64(3, 'UTC') COMMENT 'When the run began: what invoices of a later period add',
    old_revision UInt32 COMMENT 'Revision of the configuration that the attempt stood by',
    new_revision UInt32 COMMENT 'Revision of the configuration that the run rated by',
    reason_a Enum8('none' = 0, 'trunk_group' = 1, 'relationship' = 2, 'class' = 3, 'deck' = 4, 'code' = 5, 'jurisdiction' = 6, 'currency' = 7, 'rate' = 8, 'outcome' = 9, 'seconds' = 10, 'terms' = 11, 'exchange_rate' = 12, 'version' = 13, 'destination' = 14) COMMENT 'Why side A changed. The first that differs, in this order: trunk_group, relationship, class, deck, code, jurisdiction, currency, rate, outcome, seconds (rounded or billed), terms (fees, minimum, rounding of the charge), exchange_rate, version (the same price from another upload), destination (its name alone); none where the side stands as it stood',
    reason_b Enum8('none' = 0, 'trunk_group' = 1, 'relationship' = 2, 'class' = 3, 'deck' = 4, 'code' = 5, 'jurisdiction' = 6, 'currency' = 7, 'rate' = 8, 'outcome' = 9, 'seconds' = 10, 'terms' = 11, 'exchange_rate' = 12, 'version' = 13, 'destination' = 14) COMMENT 'Why side B changed; as reason_a',
    flags UInt8 COMMENT 'Bits: 1 final, 2 burst, 4 sent to a group on side B, 8 side A answered, 16 side B answered, 32 refused because no profitable route was left',
    answered_ms_a Int64 COMMENT 'Answered time of side A in ms',
    answered_ms_b Int64 COMMENT 'Answered time of side B in ms',
    sip_code Int16 COMMENT 'As in rated_calls',
    pdd_ms Int32 COMMENT 'As in rated_calls',
    mos_thousandths Int32 COMMENT 'As in rated_calls',
    old_trunk_group_a UInt32 COMMENT 'Before, side A: trunk group; 0 where none was found',
    old_relationship_a UInt32 COMMENT 'Before, side A: its Relationship; 0 where no group was found',
    old_direction_a Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Before, side A: service of the group',
    old_relation_a Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Before, side A: a customer''s side is revenue, a vendor''s side is cost',
    old_class_a Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Before, side A: call class',
    old_outcome_a Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Before, side A: what became of the side',
    old_jurisdiction_a Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Before, side A: of US and Canada calls',
    old_deck_a UInt32 COMMENT 'Before, side A: rate deck; 0 where there was none',
    old_deck_version_a UInt32 COMMENT 'Before, side A: upload of the deck that holds the row used; 0 where no code was found',
    old_code_packed_a UInt64 COMMENT 'Before, side A: the code that matched, packed as in rated_calls',
    old_destination_a UInt32 COMMENT 'Before, side A: number of the destination''s name, in the table destinations; 0 where no code was found',
    old_seconds_a UInt32 COMMENT 'Before, side A: whole seconds after rounding and propagation delay',
    old_billed_seconds_a UInt32 COMMENT 'Before, side A: 0 unless Rated',
    old_rate_a Decimal(18, 9) COMMENT 'Before, side A: per minute, in the deck''s currency',
    old_charge_a Decimal(18, 9) COMMENT 'Before, side A: in the deck''s currency; 0 unless Rated',
    old_currency_packed_a UInt32 COMMENT 'Before, side A: currency of the deck, packed as in rated_calls; 0 where there is no deck',
    old_exchange_rate_a Decimal(18, 12) COMMENT 'Before, side A: system currency for one unit of the deck''s, in force at the attempt''s setup',
    old_system_charge_a Decimal(18, 9) COMMENT 'Before, side A: the charge in the system currency',
    new_trunk_group_a UInt32 COMMENT 'Now, side A: trunk group; 0 where none was found',
    new_relationship_a UInt32 COMMENT 'Now, side A: its Relationship; 0 where no group was found',
    new_direction_a Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Now, side A: service of the group',
    new_relation_a Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Now, side A: a customer''s side is revenue, a vendor''s side is cost',
    new_class_a Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Now, side A: call class',
    new_outcome_a Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Now, side A: what became of the side',
    new_jurisdiction_a Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Now, side A: of US and Canada calls',
    new_deck_a UInt32 COMMENT 'Now, side A: rate deck; 0 where there was none',
    new_deck_version_a UInt32 COMMENT 'Now, side A: upload of the deck that holds the row used; 0 where no code was found',
    new_code_packed_a UInt64 COMMENT 'Now, side A: the code that matched, packed as in rated_calls',
    new_destination_a UInt32 COMMENT 'Now, side A: number of the destination''s name, in the table destinations; 0 where no code was found',
    new_seconds_a UInt32 COMMENT 'Now, side A: whole seconds after rounding and propagation delay',
    new_billed_seconds_a UInt32 COMMENT 'Now, side A: 0 unless Rated',
    new_rate_a Decimal(18, 9) COMMENT 'Now, side A: per minute, in the deck''s currency',
    new_charge_a Decimal(18, 9) COMMENT 'Now, side A: in the deck''s currency; 0 unless Rated',
    new_currency_packed_a UInt32 COMMENT 'Now, side A: currency of the deck, packed as in rated_calls; 0 where there is no deck',
    new_exchange_rate_a Decimal(18, 12) COMMENT 'Now, side A: system currency for one unit of the deck''s, in force at the attempt''s setup',
    new_system_charge_a Decimal(18, 9) COMMENT 'Now, side A: the charge in the system currency',
    old_trunk_group_b UInt32 COMMENT 'Before, side B: trunk group; 0 where none was found',
    old_relationship_b UInt32 COMMENT 'Before, side B: its Relationship; 0 where no group was found',
    old_direction_b Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Before, side B: service of the group',
    old_relation_b Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Before, side B: a customer''s side is revenue, a vendor''s side is cost',
    old_class_b Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Before, side B: call class',
    old_outcome_b Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Before, side B: what became of the side',
    old_jurisdiction_b Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Before, side B: of US and Canada calls',
    old_deck_b UInt32 COMMENT 'Before, side B: rate deck; 0 where there was none',
    old_deck_version_b UInt32 COMMENT 'Before, side B: upload of the deck that holds the row used; 0 where no code was found',
    old_code_packed_b UInt64 COMMENT 'Before, side B: the code that matched, packed as in rated_calls',
    old_destination_b UInt32 COMMENT 'Before, side B: number of the destination''s name, in the table destinations; 0 where no code was found',
    old_seconds_b UInt32 COMMENT 'Before, side B: whole seconds after rounding and propagation delay',
    old_billed_seconds_b UInt32 COMMENT 'Before, side B: 0 unless Rated',
    old_rate_b Decimal(18, 9) COMMENT 'Before, side B: per minute, in the deck''s currency',
    old_charge_b Decimal(18, 9) COMMENT 'Before, side B: in the deck''s currency; 0 unless Rated',
    old_currency_packed_b UInt32 COMMENT 'Before, side B: currency of the deck, packed as in rated_calls; 0 where there is no deck',
    old_exchange_rate_b Decimal(18, 12) COMMENT 'Before, side B: system currency for one unit of the deck''s, in force at the attempt''s setup',
    old_system_charge_b Decimal(18, 9) COMMENT 'Before, side B: the charge in the system currency',
    new_trunk_group_b UInt32 COMMENT 'Now, side B: trunk group; 0 where none was found',
    new_relationship_b UInt32 COMMENT 'Now, side B: its Relationship; 0 where no group was found',
    new_direction_b Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Now, side B: service of the group',
    new_relation_b Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Now, side B: a customer''s side is revenue, a vendor''s side is cost',
    new_class_b Enum8('None' = 0, 'International' = 1, 'UsCanada' = 2, 'TollFree' = 3, 'Did' = 4, 'Emergency' = 5) COMMENT 'Now, side B: call class',
    new_outcome_b Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Now, side B: what became of the side',
    new_jurisdiction_b Enum8('None' = 0, 'Interstate' = 1, 'Intrastate' = 2, 'Indeterminate' = 3, 'Local' = 4) COMMENT 'Now, side B: of US and Canada calls',
    new_deck_b UInt32 COMMENT 'Now, side B: rate deck; 0 where there was none',
    new_deck_version_b UInt32 COMMENT 'Now, side B: upload of the deck that holds the row used; 0 where no code was found',
    new_code_packed_b UInt64 COMMENT 'Now, side B: the code that matched, packed as in rated_calls',
    new_destination_b UInt32 COMMENT 'Now, side B: number of the destination''s name, in the table destinations; 0 where no code was found',
    new_seconds_b UInt32 COMMENT 'Now, side B: whole seconds after rounding and propagation delay',
    new_billed_seconds_b UInt32 COMMENT 'Now, side B: 0 unless Rated',
    new_rate_b Decimal(18, 9) COMMENT 'Now, side B: per minute, in the deck''s currency',
    new_charge_b Decimal(18, 9) COMMENT 'Now, side B: in the deck''s currency; 0 unless Rated',
    new_currency_packed_b UInt32 COMMENT 'Now, side B: currency of the deck, packed as in rated_calls; 0 where there is no deck',
    new_exchange_rate_b Decimal(18, 12) COMMENT 'Now, side B: system currency for one unit of the deck''s, in force at the attempt''s setup',
    new_system_charge_b Decimal(18, 9) COMMENT 'Now, side B: the charge in the system currency',
    reason String COMMENT 'Why, in a word; of both sides where they changed for different reasons',
    old_code_a String COMMENT 'Before, side A: the code that matched, with its country code',
    old_currency_a String COMMENT 'Before, side A: ISO 4217 code of the deck''s currency',
    new_code_a String COMMENT 'Now, side A: the code that matched, with its country code',
    new_currency_a String COMMENT 'Now, side A: ISO 4217 code of the deck''s currency',
    old_code_b String COMMENT 'Before, side B: the code that matched, with its country code',
    old_currency_b String COMMENT 'Before, side B: ISO 4217 code of the deck''s currency',
    new_code_b String COMMENT 'Now, side B: the code that matched, with its country code',
    new_currency_b String COMMENT 'Now, side B: ISO 4217 code of the deck''s currency',
    difference_a Decimal(38, 9) COMMENT 'Charge of side A now less before, in the system currency',
    difference_b Decimal(38, 9) COMMENT 'Charge of side B now less before, in the system currency',
    old_revenue Decimal(38, 9) COMMENT 'Before: charges of customer sides, in the system currency',
    new_revenue Decimal(38, 9) COMMENT 'Now: charges of customer sides, in the system currency',
    revenue_difference Decimal(38, 9) COMMENT 'What the attempt''s revenue gained, in the system currency',
    old_cost Decimal(38, 9) COMMENT 'Before: charges of vendor sides, in the system currency',
    new_cost Decimal(38, 9) COMMENT 'Now: charges of vendor sides, in the system currency',
    cost_difference Decimal(38, 9) COMMENT 'What the attempt''s cost gained, in the system currency',
    profit_difference Decimal(38, 9) COMMENT 'What the attempt''s profit gained, in the system currency'
)
ENGINE = Distributed('calls', 'billing', 'call_adjustments_local')
COMMENT 'What re-rating changed: one row for each attempt and run, both sides before and now';

CREATE OR REPLACE VIEW `billing`.adjustment_images ON CLUSTER 'calls'
(
    sign Int8 COMMENT '-1 as the attempt stood, 1 as it stands now',
    landed_day Date COMMENT 'landed_day of the row of rated_calls',
    end_time DateTime64(3, 'UTC') COMMENT 'End of the attempt',
    trunk_group_a UInt32 COMMENT 'Side A: trunk group; 0 where none was found',
    relationship_a UInt32 COMMENT 'Side A: its Relationship; 0 where no group was found',
    relation_a Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Side A: a customer''s side is revenue, a vendor''s side is cost',
    outcome_a Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Side A: what became of the side',
    destination_a UInt32 COMMENT 'Side A: number of the destination''s name, in the table destinations; 0 where no code was found',
    billed_seconds_a UInt32 COMMENT 'Side A: 0 unless Rated',
    system_charge_a Decimal(18, 9) COMMENT 'Side A: the charge in the system currency',
    trunk_group_b UInt32 COMMENT 'Side B: trunk group; 0 where none was found',
    relationship_b UInt32 COMMENT 'Side B: its Relationship; 0 where no group was found',
    relation_b Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Side B: a customer''s side is revenue, a vendor''s side is cost',
    outcome_b Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Side B: what became of the side',
    destination_b UInt32 COMMENT 'Side B: number of the destination''s name, in the table destinations; 0 where no code was found',
    billed_seconds_b UInt32 COMMENT 'Side B: 0 unless Rated',
    system_charge_b Decimal(18, 9) COMMENT 'Side B: the charge in the system currency',
    revenue Decimal(38, 9) COMMENT 'Charges of customer sides',
    cost Decimal(38, 9) COMMENT 'Charges of vendor sides',
    sent Bool COMMENT 'Sent to a group on side B',
    answered_a Bool COMMENT 'Side A has an answer time',
    answered_b Bool COMMENT 'Side B has an answer time',
    answered_ms_a Int64 COMMENT 'Answered time of side A in ms',
    answered_ms_b Int64 COMMENT 'Answered time of side B in ms',
    no_profitable_route Bool COMMENT 'Refused because no profitable route was left',
    sip_code Int16 COMMENT 'As in rated_calls',
    pdd_ms Int32 COMMENT 'As in rated_calls',
    mos_thousandths Int32 COMMENT 'As in rated_calls'
)
AS SELECT * FROM
(
SELECT toInt8(-1) AS sign, landed_day, end_time, old_trunk_group_a AS trunk_group_a, old_relationship_a AS relationship_a, old_relation_a AS relation_a,
    old_outcome_a AS outcome_a, old_destination_a AS destination_a, old_billed_seconds_a AS billed_seconds_a, old_system_charge_a AS system_charge_a,
    old_trunk_group_b AS trunk_group_b, old_relationship_b AS relationship_b, old_relation_b AS relation_b, old_outcome_b AS outcome_b, old_destination_b AS destination_b,
    old_billed_seconds_b AS billed_seconds_b, old_system_charge_b AS system_charge_b, old_revenue AS revenue, old_cost AS cost,
    bitTest(flags, 2) AS sent, bitTest(flags, 3) AS answered_a, bitTest(flags, 4) AS answered_b, answered_ms_a, answered_ms_b, bitTest(flags, 5) AS no_profitable_route, sip_code, pdd_ms, mos_thousandths
FROM call_adjustments
UNION ALL
SELECT toInt8(1) AS sign, landed_day, end_time, new_trunk_group_a AS trunk_group_a, new_relationship_a AS relationship_a, new_relation_a AS relation_a,
    new_outcome_a AS outcome_a, new_destination_a AS destination_a, new_billed_seconds_a AS billed_seconds_a, new_system_charge_a AS system_charge_a,
    new_trunk_group_b AS trunk_group_b, new_relationship_b AS relationship_b, new_relation_b AS relation_b, new_outcome_b AS outcome_b, new_destination_b AS destination_b,
    new_billed_seconds_b AS billed_seconds_b, new_system_charge_b AS system_charge_b, new_revenue AS revenue, new_cost AS cost,
    bitTest(flags, 2) AS sent, bitTest(flags, 3) AS answered_a, bitTest(flags, 4) AS answered_b, answered_ms_a, answered_ms_b, bitTest(flags, 5) AS no_profitable_route, sip_code, pdd_ms, mos_thousandths
FROM call_adjustments
) AS both
COMMENT 'Both images of every adjustment, signed, under the names of rated_calls';

CREATE OR REPLACE VIEW `billing`.signed_calls ON CLUSTER 'calls'
(
    sign Int8 COMMENT '1 for the row of rated_calls and for what holds now, -1 for what held before',
    landed_day Date COMMENT 'landed_day of the row of rated_calls',
    end_time DateTime64(3, 'UTC') COMMENT 'End of the attempt',
    trunk_group_a UInt32 COMMENT 'Side A: trunk group; 0 where none was found',
    relationship_a UInt32 COMMENT 'Side A: its Relationship; 0 where no group was found',
    relation_a Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Side A: a customer''s side is revenue, a vendor''s side is cost',
    outcome_a Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Side A: what became of the side',
    destination_a UInt32 COMMENT 'Side A: number of the destination''s name, in the table destinations; 0 where no code was found',
    system_charge_a Decimal(18, 9) COMMENT 'Side A: the charge in the system currency',
    trunk_group_b UInt32 COMMENT 'Side B: trunk group; 0 where none was found',
    relationship_b UInt32 COMMENT 'Side B: its Relationship; 0 where no group was found',
    relation_b Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Side B: a customer''s side is revenue, a vendor''s side is cost',
    outcome_b Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Side B: what became of the side',
    destination_b UInt32 COMMENT 'Side B: number of the destination''s name, in the table destinations; 0 where no code was found',
    system_charge_b Decimal(18, 9) COMMENT 'Side B: the charge in the system currency',
    revenue Decimal(38, 9) COMMENT 'Charges of customer sides',
    cost Decimal(38, 9) COMMENT 'Charges of vendor sides',
    sent Bool COMMENT 'Sent to a group on side B',
    answered_a Bool COMMENT 'Side A has an answer time',
    answered_b Bool COMMENT 'Side B has an answer time',
    answered_ms_a Int64 COMMENT 'Answered time of side A in ms',
    answered_ms_b Int64 COMMENT 'Answered time of side B in ms'
)
AS SELECT * FROM
(
SELECT toInt8(1) AS sign, landed_day, end_time, trunk_group_a, relationship_a, relation_a, outcome_a, destination_a, system_charge_a, trunk_group_b,
    relationship_b, relation_b, outcome_b, destination_b, system_charge_b, revenue, cost, sent, answered AS answered_a, answered OR
    isNotNull(answer_time_b) AS answered_b, answered_ms_a, answered_ms_b
FROM rated_calls
UNION ALL
SELECT sign, landed_day, end_time, trunk_group_a, relationship_a, relation_a, outcome_a, destination_a, system_charge_a, trunk_group_b, relationship_b,
    relation_b, outcome_b, destination_b, system_charge_b, revenue, cost, sent, answered_a, answered_b, answered_ms_a, answered_ms_b
FROM adjustment_images
WHERE toYYYYMM(landed_day) GLOBAL IN (SELECT toYYYYMM(landed_day) AS month FROM rated_calls GROUP BY month)
) AS both
COMMENT 'Calls as they stand after re-rating, to be added up by sign';

-- 0007-views.sql

CREATE OR REPLACE VIEW `billing`.trunk_group_minutes ON CLUSTER 'calls'
(
    minute              DateTime('UTC') COMMENT 'Minute of the attempts'' end',
    trunk_group         UInt32 COMMENT 'Id of the trunk group; 0 where none was found',
    side                Enum8('Marker' = 0, 'A' = 1, 'B' = 2) COMMENT 'Calls came in on the group (A) or went out on it (B)',
    relation            Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'A customer''s charges are revenue, a vendor''s are cost',
    relationship        UInt32 COMMENT 'Id of the group''s Relationship; 0 where no group was found',
    attempts            UInt64 COMMENT 'Side A: calls offered, all but Advanced. Side B: attempts sent to the group',
    completions         UInt64 COMMENT 'Attempts with an answer time',
    answered_ms         Int64 COMMENT 'Answered time in ms',
    billed_seconds      UInt64 COMMENT 'Billed seconds of rated attempts',
    revenue             Decimal(38, 9) COMMENT 'Charges where the relation is Customer',
    cost                Decimal(38, 9) COMMENT 'Charges where the relation is Vendor',
    unrated             UInt64 COMMENT 'Completions that are not Rated: money at risk',
    short_calls         UInt64 COMMENT 'Completions of less than 6 s',
    no_profitable_route UInt64 COMMENT 'Attempts refused because no profitable route was left',
    network_effective   UInt64 COMMENT 'Attempts answered, busy, not answered or rejected by the user',
    mos_thousandths     UInt64 COMMENT 'Sum of the MOS of completions that carry one, in thousandths',
    mos_calls           UInt64 COMMENT 'Completions that carry a MOS',
    pdd_ms              UInt64 COMMENT 'Sum of post-dial delays in ms',
    pdd_calls           UInt64 COMMENT 'Attempts that carry a post-dial delay',
    pdd_to_500          UInt64 COMMENT 'Of these, with up to 500 ms',
    pdd_to_1000         UInt64 COMMENT 'With more than 500 and up to 1,000 ms',
    pdd_to_2000         UInt64 COMMENT 'With more than 1,000 and up to 2,000 ms',
    pdd_to_3000         UInt64 COMMENT 'With more than 2,000 and up to 3,000 ms',
    pdd_to_5000         UInt64 COMMENT 'With more than 3,000 and up to 5,000 ms',
    pdd_to_10000        UInt64 COMMENT 'With more than 5,000 and up to 10,000 ms; the rest took longer'
)
AS SELECT minute, trunk_group, side, relation, relationship,
    sum(m.attempts) AS attempts, sum(m.completions) AS completions, sum(m.answered_ms) AS answered_ms, sum(m.billed_seconds) AS billed_seconds,
    sumIf(m.charge, m.relation = 'Customer') AS revenue, sumIf(m.charge, m.relation = 'Vendor') AS cost, sum(m.unrated) AS unrated,
    sum(m.short_calls) AS short_calls, sum(m.no_profitable_route) AS no_profitable_route, sum(m.network_effective) AS network_effective,
    sum(m.mos_thousandths) AS mos_thousandths, sum(m.mos_calls) AS mos_calls, sum(m.pdd_ms) AS pdd_ms, sum(m.pdd_calls) AS pdd_calls,
    sum(m.pdd_to_500) AS pdd_to_500, sum(m.pdd_to_1000) AS pdd_to_1000, sum(m.pdd_to_2000) AS pdd_to_2000, sum(m.pdd_to_3000) AS pdd_to_3000,
    sum(m.pdd_to_5000) AS pdd_to_5000, sum(m.pdd_to_10000) AS pdd_to_10000
FROM
(
    SELECT minute, trunk_group, side, relation, relationship,
        toInt64(m.attempts) AS attempts, toInt64(m.completions) AS completions, m.answered_ms AS answered_ms, toInt64(m.billed_seconds) AS
        billed_seconds, m.charge AS charge, toInt64(m.unrated) AS unrated, toInt64(m.short_calls) AS short_calls, toInt64(m.no_profitable_route) AS
        no_profitable_route, toInt64(m.network_effective) AS network_effective, toInt64(m.mos_thousandths) AS mos_thousandths, toInt64(m.mos_calls)
        AS mos_calls, toInt64(m.pdd_ms) AS pdd_ms, toInt64(m.pdd_calls) AS pdd_calls, toInt64(m.pdd_to_500) AS pdd_to_500, toInt64(m.pdd_to_1000) AS
        pdd_to_1000, toInt64(m.pdd_to_2000) AS pdd_to_2000, toInt64(m.pdd_to_3000) AS pdd_to_3000, toInt64(m.pdd_to_5000) AS pdd_to_5000,
        toInt64(m.pdd_to_10000) AS pdd_to_10000
    FROM trunk_group_minutes_landed AS m WHERE side != 'Marker'
    UNION ALL
    SELECT toDateTime(greatest(0, least(intDiv(toUnixTimestamp64Milli(i.end_time), 60000) * 60, 4294967280)), 'UTC') AS minute, trunk_group, side, relation, relationship,
        sum(i.sign) AS attempts, sumIf(i.sign, i.is_answered) AS completions, sumIf(i.sign * i.ms, i.is_answered) AS answered_ms, sum(i.sign *
        i.billed) AS billed_seconds, sum(i.sign * i.system_charge) AS charge, sumIf(i.sign, i.is_answered AND i.outcome != 'Rated') AS unrated,
        sumIf(i.sign, i.is_answered AND i.ms < 6000) AS short_calls, sumIf(i.sign, i.npr) AS no_profitable_route, sumIf(i.sign, i.is_answered OR
        i.sip_code IN (486, 600, 480, 487, 603)) AS network_effective, sumIf(i.sign * i.mos, i.is_answered AND i.mos >= 0) AS mos_thousandths,
        sumIf(i.sign, i.is_answered AND i.mos >= 0) AS mos_calls, sumIf(i.sign * i.pdd, i.pdd >= 0) AS pdd_ms, sumIf(i.sign, i.pdd >= 0) AS
        pdd_calls, sumIf(i.sign, i.pdd BETWEEN 0 AND 500) AS pdd_to_500, sumIf(i.sign, i.pdd BETWEEN 501 AND 1000) AS pdd_to_1000, sumIf(i.sign,
        i.pdd BETWEEN 1001 AND 2000) AS pdd_to_2000, sumIf(i.sign, i.pdd BETWEEN 2001 AND 3000) AS pdd_to_3000, sumIf(i.sign, i.pdd BETWEEN 3001 AND
        5000) AS pdd_to_5000, sumIf(i.sign, i.pdd BETWEEN 5001 AND 10000) AS pdd_to_10000
    FROM
    (
        SELECT sign, end_time, CAST('A', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, trunk_group_a AS trunk_group, relation_a AS relation, relationship_a AS relationship,
            outcome_a AS outcome, billed_seconds_a AS billed, system_charge_a AS system_charge, answered_a AS is_answered, answered_ms_a AS ms,
            no_profitable_route AS npr, sip_code, pdd_ms AS pdd, mos_thousandths AS mos
        FROM adjustment_images WHERE outcome_a != 'Advanced'
        UNION ALL
        SELECT sign, end_time, CAST('B', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, trunk_group_b AS trunk_group, relation_b AS relation, relationship_b AS relationship,
            outcome_b AS outcome, billed_seconds_b AS billed, system_charge_b AS system_charge, answered_b AS is_answered, answered_ms_b AS ms,
            no_profitable_route AS npr, sip_code, pdd_ms AS pdd, mos_thousandths AS mos
        FROM adjustment_images WHERE sent
    ) AS i
    GROUP BY minute, trunk_group, side, relation, relationship
) AS m
GROUP BY minute, trunk_group, side, relation, relationship
HAVING attempts != 0
COMMENT 'Sums for each trunk group and minute; add them up for any longer window';

CREATE OR REPLACE VIEW `billing`.margin_by_relationship_and_day ON CLUSTER 'calls'
(
    day             Date COMMENT 'Day of the attempts'' end, UTC',
    relationship_id UInt32 COMMENT 'Id of the Relationship',
    relationship    String COMMENT 'Its name',
    attempts        UInt64 COMMENT 'Attempts on its groups, both sides',
    completions     UInt64 COMMENT 'Attempts with an answer time',
    minutes         Decimal(38, 9) COMMENT 'Answered minutes',
    revenue         Decimal(38, 9) COMMENT 'What its customer groups owe us',
    cost            Decimal(38, 9) COMMENT 'What we owe its vendor groups',
    profit          Decimal(38, 9) COMMENT 'revenue less cost of this Relationship alone',
    margin          Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue'
)
AS SELECT
    t.day AS day,
    t.relationship_id AS relationship_id,
    n.name AS relationship,
    t.attempts AS attempts,
    t.completions AS completions,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    t.revenue AS revenue,
    t.cost AS cost,
    t.revenue - t.cost AS profit,
    if(t.revenue = 0, NULL, toFloat64(t.revenue - t.cost) / toFloat64(t.revenue)) AS margin
FROM
(
    SELECT toDate(minute) AS day, m.relationship AS relationship_id, sum(m.attempts) AS attempts, sum(m.completions) AS completions,
        sum(m.answered_ms) AS answered_ms, sum(m.revenue) AS revenue, sum(m.cost) AS cost
    FROM trunk_group_minutes AS m GROUP BY day, relationship_id
) AS t LEFT JOIN relationships AS n ON n.relationship = t.relationship_id
ORDER BY t.day, t.relationship_id
COMMENT 'Revenue, cost and margin of each Relationship by day';

CREATE OR REPLACE VIEW `billing`.margin_by_call_day_and_customer ON CLUSTER 'calls'
(
    day             Date COMMENT 'Day of the attempt''s end, UTC',
    relationship_id UInt32 COMMENT 'Id of the Relationship that the calls came in from',
    relationship    String COMMENT 'Its name',
    calls           UInt64 COMMENT 'Calls offered by it: all attempts on side A but Advanced',
    revenue         Decimal(38, 9) COMMENT 'Revenue of these calls, whichever side pays',
    cost            Decimal(38, 9) COMMENT 'Cost of these calls, all their attempts',
    profit          Decimal(38, 9) COMMENT 'revenue less cost',
    margin          Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue'
)
AS SELECT
    t.day AS day,
    t.relationship_id AS relationship_id,
    n.name AS relationship,
    t.calls AS calls,
    t.revenue AS revenue,
    t.cost AS cost,
    t.revenue - t.cost AS profit,
    if(t.revenue = 0, NULL, toFloat64(t.revenue - t.cost) / toFloat64(t.revenue)) AS margin
FROM
(
    SELECT toDate(end_time) AS day, relationship_a AS relationship_id, sumIf(c.sign, outcome_a != 'Advanced') AS calls,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Customer') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Customer') AS revenue,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Vendor') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Vendor') AS cost
    FROM signed_calls AS c GROUP BY day, relationship_id HAVING sum(c.sign) != 0
) AS t LEFT JOIN relationships AS n ON n.relationship = t.relationship_id
ORDER BY t.day, t.relationship_id
COMMENT 'What the calls of each Relationship earned, with what they cost on the way out';

CREATE OR REPLACE VIEW `billing`.margin_by_trunk_group ON CLUSTER 'calls'
(
    trunk_group_id UInt32 COMMENT 'Id of the trunk group; 0 where none was found',
    trunk_group    String COMMENT 'Its name',
    relationship   String COMMENT 'Name of its Relationship',
    side           Enum8('Marker' = 0, 'A' = 1, 'B' = 2) COMMENT 'Calls came in on the group (A) or went out on it (B)',
    relation       Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Who pays whom',
    attempts       UInt64 COMMENT 'Side A: calls offered. Side B: attempts sent',
    completions    UInt64 COMMENT 'Attempts with an answer time',
    asr            Nullable(Float64) COMMENT 'completions / attempts',
    aloc_minutes   Nullable(Float64) COMMENT 'Answered minutes of a completion',
    minutes        Decimal(38, 9) COMMENT 'Answered minutes',
    revenue        Decimal(38, 9) COMMENT 'Charges where the relation is Customer',
    cost           Decimal(38, 9) COMMENT 'Charges where the relation is Vendor',
    profit         Decimal(38, 9) COMMENT 'revenue less cost of this group alone',
    margin         Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue'
)
AS SELECT
    t.trunk_group_id AS trunk_group_id,
    g.name AS trunk_group,
    r.name AS relationship,
    t.side AS side,
    t.relation AS relation,
    t.attempts AS attempts,
    t.completions AS completions,
    if(t.attempts = 0, NULL, t.completions / t.attempts) AS asr,
    if(t.completions = 0, NULL, t.answered_ms / 60000 / t.completions) AS aloc_minutes,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    t.revenue AS revenue,
    t.cost AS cost,
    t.revenue - t.cost AS profit,
    if(t.revenue = 0, NULL, toFloat64(t.revenue - t.cost) / toFloat64(t.revenue)) AS margin
FROM
(
    SELECT m.trunk_group AS trunk_group_id, m.relationship AS relationship_id, m.side AS side, m.relation AS relation, sum(m.attempts) AS attempts,
        sum(m.completions) AS completions, sum(m.answered_ms) AS answered_ms, sum(m.revenue) AS revenue, sum(m.cost) AS cost
    FROM trunk_group_minutes AS m GROUP BY trunk_group_id, relationship_id, side, relation
) AS t LEFT JOIN trunk_groups AS g ON g.trunk_group = t.trunk_group_id LEFT JOIN relationships AS r ON r.relationship = t.relationship_id
ORDER BY t.trunk_group_id, t.side, t.relation
COMMENT 'Traffic and money of each trunk group';

CREATE OR REPLACE VIEW `billing`.top_destinations ON CLUSTER 'calls'
(
    destination_id UInt32 COMMENT 'Number of the destination''s name; 0 where no code was found',
    destination    String COMMENT 'The name',
    calls          UInt64 COMMENT 'Calls offered: attempts on side A but Advanced',
    completions    UInt64 COMMENT 'Of these, answered',
    asr            Nullable(Float64) COMMENT 'completions / calls',
    minutes        Decimal(38, 9) COMMENT 'Answered minutes of side A',
    revenue        Decimal(38, 9) COMMENT 'Revenue of these calls, whichever side pays',
    cost           Decimal(38, 9) COMMENT 'Cost of these calls, all their attempts',
    profit         Decimal(38, 9) COMMENT 'revenue less cost',
    margin         Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue'
)
AS SELECT
    t.destination_id AS destination_id,
    d.name AS destination,
    t.calls AS calls,
    t.completions AS completions,
    if(t.calls = 0, NULL, t.completions / t.calls) AS asr,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    t.revenue AS revenue,
    t.cost AS cost,
    t.revenue - t.cost AS profit,
    if(t.revenue = 0, NULL, toFloat64(t.revenue - t.cost) / toFloat64(t.revenue)) AS margin
FROM
(
    SELECT if(destination_a != 0, destination_a, destination_b) AS destination_id, sumIf(c.sign, outcome_a != 'Advanced') AS calls,
        sumIf(c.sign, outcome_a != 'Advanced' AND answered_a) AS completions, sumIf(c.sign * answered_ms_a, outcome_a != 'Advanced') AS answered_ms,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Customer') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Customer') AS revenue,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Vendor') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Vendor') AS cost
    FROM signed_calls AS c GROUP BY destination_id HAVING sum(c.sign) != 0
) AS t LEFT JOIN destinations AS d ON d.destination = t.destination_id
ORDER BY t.revenue DESC, t.cost DESC, t.destination_id
COMMENT 'Destinations by revenue: side A''s destination, or side B''s where A has none';

CREATE OR REPLACE VIEW `billing`.asr_and_aloc_by_vendor ON CLUSTER 'calls'
(
    relationship_id UInt32 COMMENT 'Id of the vendor''s Relationship',
    vendor          String COMMENT 'Its name',
    attempts        UInt64 COMMENT 'Attempts sent to its groups',
    completions     UInt64 COMMENT 'Attempts with an answer time',
    asr             Nullable(Float64) COMMENT 'completions / attempts',
    aloc_minutes    Nullable(Float64) COMMENT 'Answered minutes of a completion',
    minutes         Decimal(38, 9) COMMENT 'Answered minutes',
    cost            Decimal(38, 9) COMMENT 'What we owe it for them'
)
AS SELECT
    t.relationship_id AS relationship_id,
    r.name AS vendor,
    t.attempts AS attempts,
    t.completions AS completions,
    if(t.attempts = 0, NULL, t.completions / t.attempts) AS asr,
    if(t.completions = 0, NULL, t.answered_ms / 60000 / t.completions) AS aloc_minutes,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    t.cost AS cost
FROM
(
    SELECT m.relationship AS relationship_id, sum(m.attempts) AS attempts, sum(m.completions) AS completions, sum(m.answered_ms) AS answered_ms, sum(m.cost) AS cost
    FROM trunk_group_minutes AS m WHERE m.side = 'B' AND m.relation = 'Vendor' GROUP BY relationship_id
) AS t LEFT JOIN relationships AS r ON r.relationship = t.relationship_id
ORDER BY t.attempts DESC, t.relationship_id
COMMENT 'How vendors answer, and for how long';

CREATE OR REPLACE VIEW `billing`.unbilled_calls ON CLUSTER 'calls'
(
    side        Enum8('Marker' = 0, 'A' = 1, 'B' = 2) COMMENT 'The side that was not rated',
    reason      Enum8('None' = 0, 'Advanced' = 1, 'NoTrunkGroup' = 2, 'InvalidNumber' = 3, 'NoDeck' = 4, 'NoCode' = 5, 'Blocked' = 6, 'NotAnswered' = 7, 'Rated' = 8) COMMENT 'Its outcome',
    attempts    UInt64 COMMENT 'Attempts with this outcome',
    completions UInt64 COMMENT 'Of these, answered: money at risk',
    minutes     Decimal(38, 9) COMMENT 'Their answered minutes'
)
AS SELECT * FROM
(
    SELECT CAST('A', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, outcome_a AS reason, sum(sign) AS attempts, sumIf(sign, answered_a) AS completions,
        toDecimal128(sum(sign * answered_ms_a), 9) / 60000 AS minutes
    FROM signed_calls WHERE outcome_a NOT IN ('Rated', 'Advanced', 'NotAnswered') GROUP BY reason HAVING attempts != 0
    UNION ALL
    SELECT CAST('B', 'Enum8(\'Marker\' = 0, \'A\' = 1, \'B\' = 2)') AS side, outcome_b AS reason, sum(sign) AS attempts,
        sumIf(sign, answered_b) AS completions, toDecimal128(sum(sign * answered_ms_b), 9) / 60000 AS minutes
    FROM signed_calls WHERE sent AND outcome_b NOT IN ('Rated', 'NotAnswered') GROUP BY reason HAVING attempts != 0
)
ORDER BY side, reason
COMMENT 'Attempts that could not be rated, by side and reason; a call that was merely not answered is not among them';

CREATE OR REPLACE VIEW `billing`.totals ON CLUSTER 'calls'
(
    calls        UInt64 COMMENT 'Calls offered: attempts on side A but Advanced',
    attempts     UInt64 COMMENT 'Rows: attempts of all calls',
    completions  UInt64 COMMENT 'Calls that were answered',
    asr          Nullable(Float64) COMMENT 'completions / calls',
    aloc_minutes Nullable(Float64) COMMENT 'Answered minutes of a completion',
    minutes      Decimal(38, 9) COMMENT 'Answered minutes of side A',
    revenue      Decimal(38, 9) COMMENT 'Charges of customer sides',
    cost         Decimal(38, 9) COMMENT 'Charges of vendor sides',
    profit       Decimal(38, 9) COMMENT 'revenue less cost',
    margin       Nullable(Float64) COMMENT 'profit / revenue; NULL without revenue',
    repeats      UInt64 COMMENT 'Events that had been taken before, and were not charged again',
    conflicts    UInt64 COMMENT 'Events whose key had been taken before with other content',
    quarantined  UInt64 COMMENT 'Events that were put aside'
)
AS SELECT
    t.calls AS calls,
    n.attempts AS attempts,
    t.completions AS completions,
    if(t.calls = 0, NULL, t.completions / t.calls) AS asr,
    if(t.completions = 0, NULL, t.answered_ms / 60000 / t.completions) AS aloc_minutes,
    toDecimal128(t.answered_ms, 9) / 60000 AS minutes,
    m.revenue AS revenue,
    m.cost AS cost,
    m.revenue - m.cost AS profit,
    if(m.revenue = 0, NULL, toFloat64(m.revenue - m.cost) / toFloat64(m.revenue)) AS margin,
    p.repeats AS repeats,
    p.conflicts AS conflicts,
    q.quarantined AS quarantined
FROM (SELECT sum(attempts) AS calls, sum(completions) AS completions, sum(answered_ms) AS answered_ms
    FROM trunk_group_minutes WHERE side = 'A') AS t,
    (SELECT count() AS attempts FROM rated_calls) AS n,
    (SELECT sum(x.revenue) AS revenue, sum(x.cost) AS cost FROM trunk_group_minutes AS x) AS m,
    (SELECT sum(x.repeats) AS repeats, sum(x.conflicts) AS conflicts FROM passed_events AS x) AS p,
    (SELECT countIf(toString(reason) != 'Replayed') AS quarantined FROM quarantined_events) AS q
COMMENT 'Everything, in one row';

-- 0008-summary-views.sql

CREATE OR REPLACE VIEW `billing`.calls_by_trunk_group ON CLUSTER 'calls'
(
    trunk_group_id  UInt32 COMMENT 'Id of the trunk group; 0 where none was found',
    trunk_group     String COMMENT 'Its name',
    relationship_id UInt32 COMMENT 'Id of its Relationship',
    relationship    String COMMENT 'Its name',
    side            Enum8('A' = 1, 'B' = 2) COMMENT 'Calls came in on the group (A) or went out on it (B)',
    relation        Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Who pays whom',
    attempts        UInt64 COMMENT 'Side A: calls offered, all but Advanced. Side B: attempts sent to the group',
    completions     UInt64 COMMENT 'Of these, answered',
    answered_ms     Int64 COMMENT 'Their answered time in ms, by the side''s own instants',
    revenue         Decimal(38, 9) COMMENT 'Revenue of the attempts that passed over the group, whichever side pays, in the system currency',
    cost            Decimal(38, 9) COMMENT 'Cost of the attempts that passed over the group, in the system currency',
    profit          Decimal(38, 9) COMMENT 'revenue less cost'
)
AS SELECT t.trunk_group_id AS trunk_group_id, g.name AS trunk_group, t.relationship_id AS relationship_id, r.name AS relationship, t.side AS side, t.relation AS relation,
    t.attempts AS attempts, t.completions AS completions, t.answered_ms AS answered_ms, t.revenue AS revenue, t.cost AS cost, t.revenue - t.cost AS profit
FROM
(
    SELECT trunk_group_a AS trunk_group_id, relationship_a AS relationship_id, CAST('A', 'Enum8(\'A\' = 1, \'B\' = 2)') AS side, relation_a AS relation,
        sumIf(c.sign, outcome_a != 'Advanced') AS attempts, sumIf(c.sign, outcome_a != 'Advanced' AND answered_a) AS completions,
        sumIf(c.sign * answered_ms_a, outcome_a != 'Advanced') AS answered_ms,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Customer') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Customer') AS revenue,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Vendor') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Vendor') AS cost
    FROM signed_calls AS c GROUP BY trunk_group_id, relationship_id, relation HAVING sum(c.sign) != 0
    UNION ALL
    SELECT trunk_group_b AS trunk_group_id, relationship_b AS relationship_id, CAST('B', 'Enum8(\'A\' = 1, \'B\' = 2)') AS side, relation_b AS relation,
        sum(c.sign) AS attempts, sumIf(c.sign, answered_b) AS completions,
        sum(c.sign * answered_ms_b) AS answered_ms,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Customer') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Customer') AS revenue,
        sumIf(c.sign * c.system_charge_a, c.relation_a = 'Vendor') + sumIf(c.sign * c.system_charge_b, c.relation_b = 'Vendor') AS cost
    FROM signed_calls AS c WHERE sent GROUP BY trunk_group_id, relationship_id, relation HAVING attempts != 0
) AS t LEFT JOIN trunk_groups AS g ON g.trunk_group = t.trunk_group_id LEFT JOIN relationships AS r ON r.relationship = t.relationship_id
ORDER BY t.side, t.trunk_group_id
COMMENT 'Traffic over each trunk group, with the money of its calls';

CREATE OR REPLACE VIEW `billing`.calls_by_relationship ON CLUSTER 'calls'
(
    relationship_id UInt32 COMMENT 'Id of the Relationship; 0 where no group was found',
    relationship    String COMMENT 'Its name',
    side            Enum8('A' = 1, 'B' = 2) COMMENT 'Calls came in from it (A) or went out to it (B)',
    attempts        UInt64 COMMENT 'Side A: calls offered, all but Advanced. Side B: attempts sent to it',
    completions     UInt64 COMMENT 'Of these, answered',
    answered_ms     Int64 COMMENT 'Their answered time in ms',
    revenue         Decimal(38, 9) COMMENT 'Revenue of the attempts that passed over it, whichever side pays, in the system currency',
    cost            Decimal(38, 9) COMMENT 'Cost of the attempts that passed over it, in the system currency',
    profit          Decimal(38, 9) COMMENT 'revenue less cost'
)
AS SELECT g.relationship_id AS relationship_id, any(g.relationship) AS relationship, g.side AS side, sum(g.attempts) AS attempts, sum(g.completions) AS completions,
    sum(g.answered_ms) AS answered_ms, sum(g.revenue) AS revenue, sum(g.cost) AS cost, sum(g.profit) AS profit
FROM calls_by_trunk_group AS g GROUP BY g.relationship_id, g.side
ORDER BY g.side, g.relationship_id
COMMENT 'Traffic over each Relationship, with the money of its calls';

-- 0009-landing-epochs.sql

CREATE TABLE IF NOT EXISTS `billing`.landing_epochs ON CLUSTER 'calls'
(
    lane     String COMMENT 'Topic, incarnation and partition of the log',
    epoch    UInt64 COMMENT 'From 1, one higher with each owner',
    owner    String COMMENT 'Random, of this claim alone: of two with the same epoch the greater holds',
    taken_at DateTime64(3, 'UTC') COMMENT 'When, by the server''s clock'
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/{database}/landing_epochs', '{shard}-{replica}')
ORDER BY (lane, epoch, owner)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'Owners of the lanes of landing';

-- 0010-quarantine-of-messages.sql

ALTER TABLE `billing`.quarantined_events_local ON CLUSTER 'calls'
    MODIFY COLUMN reason Enum8('None' = 0, 'Unreadable' = 1, 'Invalid' = 2, 'Conflict' = 3, 'Misplaced' = 4, 'Replayed' = 5)
        COMMENT 'Unreadable: no record of the format. Invalid: a field is missing, malformed or contradicts another. Conflict: the key was taken before with other content. Misplaced: written to another partition of the log than its call''s. Replayed: no event, but the mark that the event with this quarantine_id was sent again',
    ADD COLUMN IF NOT EXISTS source_partition Int32 DEFAULT -1 COMMENT 'Partition of the topic that it came from; -1 where it came from none',
    ADD COLUMN IF NOT EXISTS source_offset Int64 DEFAULT -1 COMMENT 'Offset in that partition; -1 where it came from none',
    ADD COLUMN IF NOT EXISTS source_key String DEFAULT '' COMMENT 'Key of the message, its bytes as received; empty where there was none',
    ADD COLUMN IF NOT EXISTS source_headers String DEFAULT '' COMMENT 'Headers of the message, as a JSON array of objects: name, and value, or base64 where that is no text; empty where there were none';

ALTER TABLE `billing`.quarantined_events ON CLUSTER 'calls'
    MODIFY COLUMN reason Enum8('None' = 0, 'Unreadable' = 1, 'Invalid' = 2, 'Conflict' = 3, 'Misplaced' = 4, 'Replayed' = 5)
        COMMENT 'Unreadable: no record of the format. Invalid: a field is missing, malformed or contradicts another. Conflict: the key was taken before with other content. Misplaced: written to another partition of the log than its call''s. Replayed: no event, but the mark that the event with this quarantine_id was sent again',
    ADD COLUMN IF NOT EXISTS source_partition Int32 COMMENT 'Partition of the topic that it came from; -1 where it came from none',
    ADD COLUMN IF NOT EXISTS source_offset Int64 COMMENT 'Offset in that partition; -1 where it came from none',
    ADD COLUMN IF NOT EXISTS source_key String COMMENT 'Key of the message, its bytes as received; empty where there was none',
    ADD COLUMN IF NOT EXISTS source_headers String COMMENT 'Headers of the message, as a JSON array of objects: name, and value, or base64 where that is no text; empty where there were none';

-- 0011-taken-answers.sql

ALTER TABLE `billing`.rated_calls_local ON CLUSTER 'calls'
    COMMENT COLUMN flags 'Bits: 1 final, 2 burst, 4 sent to a group on side B, 8 answer_time is that of the call''s answered event, 16 answer_time_b as well',
    ADD COLUMN IF NOT EXISTS answer_taken Bool ALIAS bitTest(flags, 3) COMMENT 'The ended event carried no answer_time: it is that of the call''s answered event';

ALTER TABLE `billing`.rated_calls ON CLUSTER 'calls'
    COMMENT COLUMN flags 'Bits: 1 final, 2 burst, 4 sent to a group on side B, 8 answer_time is that of the call''s answered event, 16 answer_time_b as well',
    ADD COLUMN IF NOT EXISTS answer_taken Bool COMMENT 'The ended event carried no answer_time: it is that of the call''s answered event';

-- 0012-suspect-calls.sql

ALTER TABLE `billing`.rated_calls_local ON CLUSTER 'calls'
    COMMENT COLUMN flags 'Bits: 1 final, 2 burst, 4 sent to a group on side B, 8 answer_time is that of the call''s answered event, 16 answer_time_b as well, 32 suspect',
    ADD COLUMN IF NOT EXISTS suspect Bool ALIAS bitTest(flags, 5) COMMENT 'The call lasted longer than a trunk group of it has as its longest duration: it was most likely not ended properly';

ALTER TABLE `billing`.rated_calls ON CLUSTER 'calls'
    COMMENT COLUMN flags 'Bits: 1 final, 2 burst, 4 sent to a group on side B, 8 answer_time is that of the call''s answered event, 16 answer_time_b as well, 32 suspect',
    ADD COLUMN IF NOT EXISTS suspect Bool COMMENT 'The call lasted longer than a trunk group of it has as its longest duration: it was most likely not ended properly';

CREATE OR REPLACE VIEW `billing`.suspect_calls ON CLUSTER 'calls'
(
    end_time        DateTime64(3, 'UTC') COMMENT 'End of the attempt',
    switch_id       String COMMENT 'The switch that told of it',
    call_id         String COMMENT 'The switch''s id of the call',
    attempt         UInt16 COMMENT '1 for the first attempt of the call',
    released_by     String COMMENT 'Who ended the call, as the switch said',
    ani             String COMMENT 'Calling number as received',
    dnis            String COMMENT 'Called number as received',
    trunk_group_a   String COMMENT 'Name of the trunk group the call came in on; empty where none was found',
    seconds_a       UInt32 COMMENT 'Whole seconds of side A',
    system_charge_a Decimal(18, 9) COMMENT 'Charge of side A in the system currency, as it was rated first',
    trunk_group_b   String COMMENT 'Name of the trunk group the call went out on; empty where none was found',
    seconds_b       UInt32 COMMENT 'Whole seconds of side B',
    system_charge_b Decimal(18, 9) COMMENT 'Charge of side B in the system currency, as it was rated first'
)
AS SELECT
    c.end_time AS end_time, c.switch_id AS switch_id, c.call_id AS call_id, c.attempt AS attempt, c.released_by AS released_by, c.ani AS ani, c.dnis AS dnis,
    a.name AS trunk_group_a, c.seconds_a AS seconds_a, c.system_charge_a AS system_charge_a,
    b.name AS trunk_group_b, c.seconds_b AS seconds_b, c.system_charge_b AS system_charge_b
FROM
(
    SELECT end_time, switch_id, call_id, attempt, released_by, ani, dnis, trunk_group_a, seconds_a, system_charge_a, trunk_group_b, seconds_b, system_charge_b
    FROM rated_calls WHERE bitTest(flags, 5)
) AS c LEFT JOIN trunk_groups AS a ON a.trunk_group = c.trunk_group_a LEFT JOIN trunk_groups AS b ON b.trunk_group = c.trunk_group_b
ORDER BY c.end_time
COMMENT 'Calls that lasted longer than their trunk group''s longest duration, to be looked at before they are billed';

