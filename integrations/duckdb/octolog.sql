-- Reads octolog's events and makes views of them. Which files is said before, else it is events.ndjson:
--
--   SET VARIABLE events = '/var/log/octolog/*.ndjson*';   -- a glob, or a list of them; .gz as they are
--
-- The columns are named here and not guessed: a file whose first events have no time, or that has no events at all,
-- gives the same types as any other. `data` differs by type and grows within v1, so it stays JSON, and the views take
-- out of it what they need (arrows in parentheses: before DuckDB 2 a comparison binds tighter). A line that is no JSON,
-- as the end of a stream that was cut, must not hide the lines of all other files: it is kept as a row of nulls, and
-- counted in the view unreadable.
CREATE OR REPLACE TABLE lines AS
SELECT *
FROM read_json(
  coalesce(getvariable('events'), 'events.ndjson'),
  format = 'newline_delimited', ignore_errors = true, filename = true,
  columns = {
    id: 'VARCHAR', source: 'VARCHAR', type: 'VARCHAR', time: 'VARCHAR', subject: 'VARCHAR',
    severitytext: 'VARCHAR', severitynumber: 'TINYINT', sequence: 'VARCHAR', correlationid: 'VARCHAR',
    data: 'JSON'
  });

CREATE OR REPLACE VIEW unreadable AS
SELECT filename AS file, count(*) AS lines FROM lines WHERE id IS NULL GROUP BY ALL ORDER BY ALL;

-- Each event once: logs that are read twice give the same ids. Times are UTC, to the microsecond.
CREATE OR REPLACE VIEW events AS
SELECT
  id, source, type, regexp_extract(type, '^octolog\.(.*)\.v1$', 1) AS what, time::TIMESTAMP AS time, subject,
  severitytext AS level, severitynumber, sequence::UBIGINT AS sequence, correlationid,
  data ->> '$.container' AS container, data ->> '$.product' AS product, data ->> '$.era' AS era,
  (data ->> '$.startup')::INTEGER AS startup, data, filename AS file
FROM lines
WHERE id IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY source, id ORDER BY filename) = 1;

-- A stream without run.finished was cut.
CREATE OR REPLACE VIEW cut_streams AS
SELECT filename AS file, count(*) FILTER (id IS NOT NULL) AS events FROM lines
GROUP BY ALL HAVING count(*) FILTER (type = 'octolog.run.finished.v1') = 0 ORDER BY ALL;

-- ---- What happened

-- With the cause that the last explanation gives, where another container's log had it.
CREATE OR REPLACE VIEW failures AS
WITH explained AS (
  SELECT correlationid, data FROM events WHERE what = 'startup.explained'
  QUALIFY row_number() OVER (PARTITION BY correlationid ORDER BY sequence DESC) = 1
), causes AS (
  SELECT failed.*, coalesce(explained.data, failed.data) -> '$.rootCause' AS cause, explained.data IS NOT NULL AS explained
  FROM events AS failed LEFT JOIN explained USING (correlationid) WHERE what = 'startup.failed'
)
SELECT
  time, container, product, era, startup, data ->> '$.phase' AS phase, cause ->> '$.code' AS code,
  cause ->> '$.title' AS title, cause ->> '$.container' AS cause_container, cause ->> '$.confidence' AS confidence,
  cause ->> '$.remedy' AS remedy, explained, source, correlationid, id
FROM causes;

-- A row for each startup; running is one whose end no event tells yet.
CREATE OR REPLACE VIEW startups AS
WITH ends AS (
  SELECT correlationid, split_part(what, '.', 2) AS outcome, time, data
  FROM events WHERE what IN ('startup.succeeded', 'startup.failed', 'startup.unfinished')
), begun AS (
  SELECT
    source, correlationid, any_value(container) AS container, any_value(startup) AS startup,
    max_by(product, sequence) AS product, max_by(era, sequence) AS era, min(time) AS began,
    any_value(data ->> '$.kind') FILTER (what = 'startup.began') AS kind,
    max_by(data ->> '$.phase', sequence) FILTER (what = 'phase.entered') AS last_phase
  FROM events WHERE correlationid IS NOT NULL GROUP BY source, correlationid
)
SELECT
  began, container, product, era, startup, kind, coalesce(outcome, 'running') AS outcome, last_phase, ends.time AS ended,
  (data ->> '$.durationSeconds')::DOUBLE AS seconds, source, correlationid
FROM begun LEFT JOIN ends USING (correlationid);

CREATE OR REPLACE VIEW phases AS
SELECT
  time, container, product, era, startup, data ->> '$.phase' AS phase, what = 'phase.failed' AS failed,
  (data ->> '$.durationSeconds')::DOUBLE AS seconds, correlationid
FROM events WHERE what IN ('phase.completed', 'phase.failed');

-- Only phases that came to their end, and whose time the log tells.
CREATE OR REPLACE VIEW phase_durations AS
SELECT
  product, phase, count(*) AS phases, round(quantile_cont(seconds, 0.5), 3) AS p50,
  round(quantile_cont(seconds, 0.95), 3) AS p95, round(max(seconds), 3) AS longest
FROM phases WHERE NOT failed AND seconds IS NOT NULL GROUP BY ALL ORDER BY ALL;

CREATE OR REPLACE VIEW registrations AS
SELECT
  time, container, product, startup, data ->> '$.outcome' AS outcome, data ->> '$.server' AS server,
  data ->> '$.space' AS space, data ->> '$.kind' AS kind, data ->> '$.name' AS name,
  data ->> '$.thumbprint' AS thumbprint, data ->> '$.subscription' AS subscription,
  data ->> '$.endpoint' AS endpoint, (data -> '$.environments')::VARCHAR[] AS environments,
  (data -> '$.roles')::VARCHAR[] AS roles, (data -> '$.workerPools')::VARCHAR[] AS worker_pools, source, id
FROM events WHERE what = 'registration.observed';

-- A row for each member of each group. A group that grew was told again: only the last telling is here.
CREATE OR REPLACE VIEW duplicates AS
WITH groups AS (
  SELECT * FROM events WHERE what = 'registration.duplicate'
  QUALIFY row_number() OVER (
    PARTITION BY data ->> '$.class', data ->> '$.server', data ->> '$.space', data ->> '$.kind', data ->> '$.value',
      data ->> '$.members[0].container', data ->> '$.members[0].startup'
    ORDER BY (data ->> '$.memberCount')::INTEGER DESC, id) = 1
), members AS (
  SELECT id, data, unnest((data -> '$.members')::JSON[]) AS member FROM groups
)
SELECT
  data ->> '$.class' AS class, data ->> '$.server' AS server, data ->> '$.space' AS space, data ->> '$.kind' AS kind,
  data ->> '$.value' AS value, member ->> '$.name' AS name, member ->> '$.container' AS container,
  (member ->> '$.startup')::INTEGER AS startup, (member ->> '$.time')::TIMESTAMP AS time,
  coalesce((member ->> '$.container') = (data ->> '$.current.container')
    AND (member ->> '$.startup') = (data ->> '$.current.startup'), false) AS current,
  data ->> '$.confidence' AS confidence, data ->> '$.remedy' AS remedy, id
FROM members;

CREATE OR REPLACE VIEW secrets AS
SELECT
  time, container, product, startup, data ->> '$.kind' AS kind, data ->> '$.where' AS found_by,
  data ->> '$.fingerprint' AS fingerprint, data ->> '$.remedy' AS remedy, source, id
FROM events WHERE what = 'secret.exposed';

-- ---- The alerts. Each has time, container and detail, and the id of its event.

CREATE OR REPLACE VIEW alert_startup_failed AS
SELECT time, container, code || ' in ' || coalesce(phase, '?') AS detail, source, id FROM failures;

-- Silent for 10 minutes while others in the same log went on, and without an end.
CREATE OR REPLACE VIEW alert_startup_stuck AS
SELECT time, container, 'in ' || coalesce(data ->> '$.lastPhase', '?') || ', without ' || (data ->> '$.missing') AS detail,
  source, id
FROM events WHERE what = 'startup.unfinished' AND (data ->> '$.quietSeconds')::DOUBLE >= 600;

CREATE OR REPLACE VIEW alert_master_key_printed AS
SELECT time, container, found_by AS detail, source, id FROM secrets WHERE kind = 'master-key';

CREATE OR REPLACE VIEW alert_secret_exposed AS
SELECT time, container, kind || ' by ' || found_by AS detail, source, id FROM secrets WHERE kind != 'master-key';

CREATE OR REPLACE VIEW alert_duplicate_registration AS
SELECT time, container, data ->> '$.class' AS detail, source, id FROM events WHERE what = 'registration.duplicate';

-- Started again 3 times within 10 minutes. Without a time no restart can be counted.
CREATE OR REPLACE VIEW alert_restart_loop AS
SELECT time, container, restarts || ' restarts within 10 minutes' AS detail, source, id
FROM (
  SELECT *, count(*) OVER (
    PARTITION BY source ORDER BY time RANGE BETWEEN INTERVAL 10 MINUTE PRECEDING AND CURRENT ROW) AS restarts
  FROM events WHERE what = 'startup.began' AND (data ->> '$.kind') != 'first' AND time IS NOT NULL)
WHERE restarts >= 3;

-- More than 20 % of the lines of a container's startups.
CREATE OR REPLACE VIEW alert_unrecognised_lines AS
SELECT time, container, (data ->> '$.lines') || ' lines, e.g. ' || (data ->> '$.templates[0].template') AS detail,
  source, id
FROM events WHERE what = 'lines.unrecognised' AND (data ->> '$.share')::DOUBLE > 0.2;

-- Told by the database's log, or as the Server saw it.
CREATE OR REPLACE VIEW alert_sql_not_ready AS
SELECT time, container, code AS detail, source, id
FROM failures WHERE code IN ('sql-not-ready', 'sql-login-too-early', 'sql-unreachable', 'sql-prelogin-cut');

CREATE OR REPLACE VIEW alerts AS
SELECT 'startup-failed' AS alert, * FROM alert_startup_failed
UNION ALL SELECT 'startup-stuck', * FROM alert_startup_stuck
UNION ALL SELECT 'master-key-printed', * FROM alert_master_key_printed
UNION ALL SELECT 'secret-exposed', * FROM alert_secret_exposed
UNION ALL SELECT 'duplicate-registration', * FROM alert_duplicate_registration
UNION ALL SELECT 'restart-loop', * FROM alert_restart_loop
UNION ALL SELECT 'unrecognised-lines', * FROM alert_unrecognised_lines
UNION ALL SELECT 'sql-not-ready', * FROM alert_sql_not_ready;
