# Filters for octolog's events: jq -L FOLDER 'include "octolog"; startup_failed'
# They are for jq 1.6 and later. Those that take an event let it pass or stop it; those that take `events` want a
# stream, which is `inputs` with jq -n.

# ---- The eight alerts. Each passes the events that it is about.

def startup_failed: select(.type == "octolog.startup.failed.v1");

# Silent for so many minutes while others in the same log went on, and never ended.
def startup_stuck(minutes): select(.type == "octolog.startup.unfinished.v1" and .data.quietSeconds >= minutes * 60);
def startup_stuck: startup_stuck(10);

def secret: select(.type == "octolog.secret.exposed.v1");
def master_key_printed: secret | select(.data.kind == "master-key");
def secret_exposed: secret | select(.data.kind != "master-key");

def duplicate_registration: select(.type == "octolog.registration.duplicate.v1");

# More than this share of a container's startup lines, from 0 to 1, is known to no rule.
def unrecognised_lines(share): select(.type == "octolog.lines.unrecognised.v1" and .data.share > share);
def unrecognised_lines: unrecognised_lines(0.2);

# Told by the database's log, or as the Server saw it.
def sql_not_ready:
  select(.type == "octolog.startup.failed.v1" or .type == "octolog.startup.explained.v1")
  | select(.data.rootCause.code as $code
      | ["sql-not-ready", "sql-login-too-early", "sql-unreachable", "sql-prelogin-cut"] | index($code));

# The time of an event in seconds since 1970; nothing where the log tells no time.
def seconds: select(.time) | .time[0:19] + "Z" | fromdateiso8601;

# Each restart that is at least the count-th of its container within so many minutes.
def restart_loop(events; count; minutes):
  foreach (events | select(.type == "octolog.startup.began.v1" and .data.kind != "first" and .time)) as $event ({};
    ($event | seconds) as $now
    | .times[$event.source] |= (((. // []) | map(select(. >= $now - minutes * 60))) + [$now])[-1000:]
    | .event = if (.times[$event.source] | length) >= count then $event else null end;
    .event | select(.));
def restart_loop(events): restart_loop(events; 3; 10);

# All alerts of one event but the restart loop, which needs many.
def alert:
  def named(name; detail): {time, alert: name, container: .data.container, detail: detail};
  (startup_failed | named("startup-failed"; .data.rootCause.code)),
  (startup_stuck | named("startup-stuck"; .data.lastPhase)),
  (master_key_printed | named("master-key-printed"; .data.where)),
  (secret_exposed | named("secret-exposed"; .data.kind)),
  (duplicate_registration | named("duplicate-registration"; .data.class)),
  (unrecognised_lines | named("unrecognised-lines"; .data.lines)),
  (sql_not_ready | named("sql-not-ready"; .data.rootCause.code));

# ---- What they are used with.

# Each event once: octolog gives equal evidence the same id.
def once(events):
  foreach events as $event ({};
    ([$event.source, $event.id] | join(" ")) as $key
    | .event = if .seen[$key] then null else $event end
    | .seen[$key] = true;
    .event | select(.));

# The events of a startup, in order, by its correlationid or by container and number.
def startup(id): select(.correlationid == id);
def startup(container; number): select(.data.container == container and .data.startup == number);

# What happened, without octolog. and .v1.
def what: .type | ltrimstr("octolog.") | rtrimstr(".v1");

# A line for people: time, container, what, and what matters most of it.
def brief:
  [
    .time // "-", .data.container // "-", what,
    (.data | [.rootCause.code?, .phase?, .lastPhase?, .verb?, .outcome?, .kind?, .class?, .code?,
      (.durationSeconds | values | "\(.) s")] | map(values) | select(length > 0) | join(" "))
  ] | @tsv;

# ---- Tables of many events. Each takes an array: jq -s, or [inputs].

# How often each cause made a startup fail; of several explanations of a startup the last one counts.
def root_causes:
  (map(select(.type == "octolog.startup.explained.v1") | {key: .correlationid, value: .data.rootCause.code})
    | from_entries) as $explained
  | map(startup_failed | $explained[.correlationid] // .data.rootCause.code)
  | group_by(.) | map({code: .[0], count: length}) | sort_by(-.count, .code);

# How many secrets of each kind each container shows.
def secrets:
  map(secret | .data) | group_by([.container, .kind])
  | map({container: .[0].container, kind: .[0].kind, count: length});

# A row for each member of each group of duplicates; a group that was told again is there as it was told last.
def duplicates:
  map(duplicate_registration | .data)
  | group_by([.class, .server, .space, .kind, .value, .members[0].container, .members[0].startup]) | map(max_by(.memberCount))
  | map(. as $group | .members[] | {class: $group.class, server: $group.server, name, container, startup, time,
      current: (.container == $group.current.container and .startup == $group.current.startup)});
