-- octolog LOG... | sqlite3 events.db '.read load.sql'
-- Adds events to the table logs, with a column for each field that the rules ask for. An event that is there already
-- is not added again. Needs SQLite 3.38 or later.
.bail on
CREATE TABLE IF NOT EXISTS logs (
  id TEXT, source TEXT, type TEXT, time TEXT, severitytext TEXT, correlationid TEXT,
  `data.container` TEXT, `data.product` TEXT, `data.phase` TEXT, `data.kind` TEXT,
  `data.rootCause.code` TEXT, `data.rootCause.title` TEXT, `data.rootCause.container` TEXT,
  `data.rootCause.remedy` TEXT,
  `data.lastPhase` TEXT, `data.missing` TEXT, `data.quietSeconds` REAL,
  `data.fingerprint` TEXT, `data.trusted` INTEGER, `data.where` TEXT, `data.remedy` TEXT,
  `data.class` TEXT, `data.value` TEXT, `data.server` TEXT, `data.current.container` TEXT, `data.memberCount` INTEGER,
  `data.lines` INTEGER, `data.share` REAL,
  UNIQUE (source, id)
);
CREATE TEMP TABLE raw (event TEXT);
.mode ascii
.separator "\037" "\n"
.import /dev/stdin raw
INSERT OR IGNORE INTO logs
SELECT
  event ->> 'id', event ->> 'source', event ->> 'type', event ->> 'time', event ->> 'severitytext',
  event ->> 'correlationid',
  event ->> '$.data.container', event ->> '$.data.product', event ->> '$.data.phase', event ->> '$.data.kind',
  event ->> '$.data.rootCause.code', event ->> '$.data.rootCause.title', event ->> '$.data.rootCause.container',
  event ->> '$.data.rootCause.remedy',
  event ->> '$.data.lastPhase', event ->> '$.data.missing', event ->> '$.data.quietSeconds',
  event ->> '$.data.fingerprint', event ->> '$.data.trusted', event ->> '$.data.where', event ->> '$.data.remedy',
  event ->> '$.data.class', event ->> '$.data.value', event ->> '$.data.server', event ->> '$.data.current.container',
  event ->> '$.data.memberCount',
  event ->> '$.data.lines', event ->> '$.data.share'
FROM raw;
