-- What re-rating found otherwise than it stood: one row for each attempt and run that changed it, both sides as they stood and as they are now.
-- rated_calls is never edited: an attempt stands as its last adjustment says, and as rated_calls says where it has none. Each row is the whole difference,
-- so sums over all rows of an attempt lead from what was charged first to what holds now (docs/decisions/0010-rerating.md).
-- Written only by re-rating, a block of whole rows as one part.
CREATE TABLE IF NOT EXISTS call_adjustments
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
ENGINE = MergeTree
PARTITION BY toYYYYMM(landed_day)
ORDER BY (rated_trunk_group_a, end_time)
SETTINGS auto_statistics_types = '', min_bytes_for_wide_part = 200000000, fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1, max_bytes_to_merge_at_max_space_in_pool = 200000000
COMMENT 'What re-rating changed: one row for each attempt and run, both sides before and now';

-- The two images of every adjustment, under the names of rated_calls: sign -1 as the attempt stood, 1 as it stands now. What adds up a column of rated_calls
-- times 1 and of this times sign has added up the calls as they stand now.
CREATE OR REPLACE VIEW adjustment_images
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

-- Calls as they stand: the rows of rated_calls, and the images of their adjustments but for months that rated_calls has dropped. Sums are taken of a column times sign, counts of sign.
CREATE OR REPLACE VIEW signed_calls
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
WHERE toYYYYMM(landed_day) IN (SELECT toYYYYMM(landed_day) AS month FROM rated_calls GROUP BY month)
) AS both
COMMENT 'Calls as they stand after re-rating, to be added up by sign';
