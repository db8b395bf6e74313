# An event a line in, an alert a line out; <3> is the journal's priority, err.
def alerts:
  .data as $data
  | ($data.rootCause.code // "") as $cause
  | (.type | sub("^octolog[.]"; "") | sub("[.]v1$"; "")) as $type
  | if $type == "startup.failed" then ["startup-failed", $data.rootCause.title] else empty end,
    if $type == "startup.unfinished"
    then ["startup-stuck", "nothing came after phase \($data.lastPhase)"] else empty end,
    # By the command that shows it; what only looks like a key is an exposed secret.
    if $type == "masterkey.shown" and $data.trusted then ["master-key-printed", $data.fingerprint] else empty end,
    if $type == "secret.exposed" then ["secret-exposed", "\($data.kind) in clear: \($data.remedy)"] else empty end,
    if $type == "registration.duplicate"
    then ["duplicate-registration", "\($data.class): \($data.value)"] else empty end,
    if $type == "startup.failed" and $data.startup >= 3
    then ["restart-loop", "failed start number \($data.startup)"] else empty end,
    if $type == "lines.unrecognised" and $data.share > 0.2
    then ["unrecognised-lines", "\($data.share * 100 | round) % of the startup's lines"] else empty end,
    if ($type == "startup.failed" or $type == "startup.explained")
      and (["sql-not-ready", "sql-login-too-early", "sql-unreachable", "sql-prelogin-cut"] | index($cause))
      or $type == "startup.unfinished" and $data.product == "sql-server"
    then ["sql-not-ready", ($data.rootCause.title // "SQL Server's own start was not done")] else empty end;

# A line that the journal has cut is no JSON.
fromjson? | select(type == "object" and has("type"))
| . as $event
| alerts as [$alert, $what]
| "<3>" + ({
    alert: $alert, severity: $event.severitytext, container: $event.data.container, product: $event.data.product,
    startup: $event.data.startup, phase: ($event.data.phase // $event.data.lastPhase), cause: $event.data.rootCause.code, what: $what,
    source: $event.source, id: $event.id
  } | with_entries(select(.value != null)) | tojson)
