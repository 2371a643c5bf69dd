CREATE TABLE identity AS rated_calls
