-- Sums for each trunk group and minute, added up by landing from the very batch that landed, never by a materialized view:
-- a view's part is not atomic with the rows, and costs as much again. In the same part as what it added, a batch leaves one marker row for each
-- log partition (side 'Marker'): how far that partition has been added. Read the view trunk_group_minutes, which leaves markers out.
CREATE TABLE IF NOT EXISTS trunk_group_minutes_landed
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
ENGINE = AggregatingMergeTree
ORDER BY (minute, trunk_group, side, relation, relationship, marker_incarnation, marker_partition)
SETTINGS auto_statistics_types = '', fsync_after_insert = 1, fsync_part_directory = 1,
    min_rows_to_fsync_after_merge = 1, min_compressed_bytes_to_fsync_after_merge = 1
COMMENT 'Sums for each trunk group and minute, with the markers of landing: read trunk_group_minutes';
