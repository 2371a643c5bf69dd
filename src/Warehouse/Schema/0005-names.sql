-- Names of the numbers that calls are stored by, written whenever a configuration is published. The newest revision of a number wins.
CREATE TABLE IF NOT EXISTS relationship_names
(
    relationship UInt32 COMMENT 'Id of the Relationship',
    name         String COMMENT 'Its name',
    revision     UInt32 COMMENT 'Revision of the configuration that says so'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY relationship
COMMENT 'Names of Relationships, revision by revision: read relationships';

CREATE TABLE IF NOT EXISTS trunk_group_names
(
    trunk_group  UInt32 COMMENT 'Id of the trunk group',
    name         String COMMENT 'Its name',
    relationship UInt32 COMMENT 'Id of its Relationship',
    direction    Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Its service',
    relation     Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Who pays whom',
    revision     UInt32 COMMENT 'Revision of the configuration that says so'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY trunk_group
COMMENT 'Names of trunk groups, revision by revision: read trunk_groups';

CREATE TABLE IF NOT EXISTS destination_names
(
    destination UInt32 COMMENT 'Number of the name in the carrier''s list',
    name        String COMMENT 'The name',
    revision    UInt32 COMMENT 'Revision of the configuration that says so'
)
ENGINE = ReplacingMergeTree(revision)
ORDER BY destination
COMMENT 'Names of destinations, revision by revision: read destinations';

CREATE OR REPLACE VIEW relationships
(
    relationship UInt32 COMMENT 'Id of the Relationship',
    name         String COMMENT 'Its name'
)
AS SELECT relationship, name FROM relationship_names FINAL
COMMENT 'Relationships by id';

CREATE OR REPLACE VIEW trunk_groups
(
    trunk_group  UInt32 COMMENT 'Id of the trunk group',
    name         String COMMENT 'Its name',
    relationship UInt32 COMMENT 'Id of its Relationship',
    direction    Enum8('None' = 0, 'Termination' = 1, 'Origination' = 2) COMMENT 'Its service',
    relation     Enum8('None' = 0, 'Customer' = 1, 'Vendor' = 2) COMMENT 'Who pays whom'
)
AS SELECT trunk_group, name, relationship, direction, relation FROM trunk_group_names FINAL
COMMENT 'Trunk groups by id';

CREATE OR REPLACE VIEW destinations
(
    destination UInt32 COMMENT 'Number of the name',
    name        String COMMENT 'The name'
)
AS SELECT destination, name FROM destination_names FINAL
COMMENT 'Destinations by number';
