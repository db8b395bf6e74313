-- An event in; none, one or several alerts out.

local sql = {
  ["sql-not-ready"] = true, ["sql-login-too-early"] = true, ["sql-unreachable"] = true, ["sql-prelogin-cut"] = true,
}

function alerts(tag, timestamp, record)
  local data = record["data"] or {}
  local cause = data["rootCause"] or {}
  local kind = record["type"] or ""
  local found = {}

  local function raise(alert, what)
    table.insert(found, {
      alert = alert, what = what, severity = record["severitytext"], container = data["container"],
      product = data["product"], startup = data["startup"], phase = data["phase"] or data["lastPhase"], cause = cause["code"],
      source = record["source"], id = record["id"],
    })
  end

  if kind == "octolog.startup.failed.v1" then
    raise("startup-failed", cause["title"])
    -- Fluent Bit counts in no window of time: the third start that fails.
    if (data["startup"] or 0) >= 3 then raise("restart-loop", "failed start") end
  end
  if kind == "octolog.startup.unfinished.v1" then
    raise("startup-stuck", "nothing came after phase " .. (data["lastPhase"] or "?"))
    if data["product"] == "sql-server" then raise("sql-not-ready", "SQL Server's own start was not done") end
  end
  if (kind == "octolog.startup.failed.v1" or kind == "octolog.startup.explained.v1") and sql[cause["code"]] then
    raise("sql-not-ready", cause["title"])
  end
  -- By the command that shows it; what only looks like a key is an exposed secret.
  if kind == "octolog.masterkey.shown.v1" and data["trusted"] == true then
    raise("master-key-printed", data["fingerprint"])
  end
  if kind == "octolog.secret.exposed.v1" then
    raise("secret-exposed", data["kind"] .. " in clear: " .. data["remedy"])
  end
  if kind == "octolog.registration.duplicate.v1" then
    raise("duplicate-registration", data["class"] .. ": " .. data["value"])
  end
  if kind == "octolog.lines.unrecognised.v1" and (data["share"] or 0) > 0.2 then
    raise("unrecognised-lines", string.format("%.0f %% of the startup's lines", data["share"] * 100))
  end

  if #found == 0 then return -1, timestamp, record end
  return 2, timestamp, found
end
