"""What can be said of configurations whose programs are not to be had: they parse, they name what octolog writes,
and their conditions hold for the events that they are meant for and for no others."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
import yaml

from containers import ALERTS, LOGS, NAMES
from harness import INTEGRATIONS, lines_of, octolog, parsed, program

VECTOR = INTEGRATIONS / "vector" / "octolog.yaml"
FLUENT_BIT = INTEGRATIONS / "fluent-bit"
LOKI = INTEGRATIONS / "loki"
SHIPPERS = ["rsyslog", "syslog-ng", "journald", "vector", "fluent-bit", "loki"]


# ---------------------------------------------------------------- what octolog writes


@cache
def schemas() -> dict[str, dict]:
    """The schema of each type."""
    return {schema["title"]: schema for schema in json.loads(octolog("schema").stdout)["oneOf"]}


def has_field(schema: dict, path: str) -> bool:
    for name in path.split("."):
        schema = schema.get("properties", {}).get(name)
        if schema is None:
            return False
    return True


def field(event: dict, path: str) -> object:
    value: object = event
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


@cache
def events() -> dict[str, list[dict]]:
    """The events of each container, and of the two that share a machine of what they are together."""
    found = {
        name: parsed(octolog("--quiet", "--container", name, stdin=log).stdout) for name, log in LOGS.items()
    }
    both = "".join(json.dumps(event) + "\n" for name in ("shop-one", "shop-two") for event in found[name])
    found["shop-two"] += [
        event for event in parsed(octolog("correlate", "--quiet", stdin=both).stdout) if event["data"].get("members")
    ]
    return found


def raised(alert: str, raises: Callable[[dict], set[str]], container: str) -> bool:
    return any(alert in raises(event) for event in events()[container])


# ---------------------------------------------------------------- names in all configurations


def files_of(folder: str) -> list[Path]:
    return [path for path in sorted((INTEGRATIONS / folder).iterdir()) if path.name != "README.md" and path.is_file()]


def plain(text: str) -> str:
    """Patterns for a type, written as those types."""
    return text.replace("[.]", ".").replace("\\.", ".")


SQL_CODES = {"sql-not-ready", "sql-login-too-early", "sql-unreachable", "sql-prelogin-cut"}


@pytest.mark.parametrize("folder", [*SHIPPERS, "duckdb", "jq", "lnav", "sigma"])
def test_sql_is_not_ready_by_the_same_causes_everywhere(folder: str) -> None:
    paths = [path for path in sorted((INTEGRATIONS / folder).rglob("*")) if path.is_file() and path.suffix != ".md"]
    text = "".join(path.read_text() for path in paths)
    if shape := re.search(r"\^sql-\(([a-z|-]+)\)\$", text):
        found = {f"sql-{name}" for name in shape[1].split("|")}
    else:
        found = {code for code in SQL_CODES if re.search(rf"""["'\[|\s]{code}["'\]|\s]""", text)}
    assert found == SQL_CODES


@pytest.mark.parametrize("folder", SHIPPERS)
def test_types_are_those_of_the_schema(folder: str) -> None:
    named = set()
    for path in files_of(folder):
        named |= set(re.findall(r"octolog\.[a-z]+\.[a-z]+\.v1", plain(path.read_text())))
    if folder == "journald":
        script = (INTEGRATIONS / folder / "alerts.jq").read_text()
        named |= {f"octolog.{name}.v1" for name in re.findall(r'\$type == "([a-z.]+)"', script)}
    assert named, "no type at all"
    assert named <= set(schemas())


# How each of them writes a field of an event.
FIELDS = {
    "rsyslog": (r"\$!((?:data!)?[A-Za-z!]+)", "!"),
    "syslog-ng": (r"\.octolog\.([A-Za-z.]+)", "."),
    "journald": (r"\$(data\.[A-Za-z.]+)", "."),
    "vector": (r"[ (!]\.((?:data\.[A-Za-z.]+)|type)", "."),
    "fluent-bit": (r'(?:data|record)\["([A-Za-z]+)"\]', "."),
    "loki": (r'"(data\.[A-Za-z.]+)"', "."),
}
NOT_OF_EVENTS = {"metadata.filename", "message", "alert"}


@pytest.mark.parametrize("folder", SHIPPERS)
def test_fields_are_those_of_the_schema(folder: str) -> None:
    pattern, separator = FIELDS[folder]
    paths = set()
    for path in files_of(folder):
        code = [line for line in lines_of(path.read_text()) if not line.lstrip().startswith(("#", "--", "//"))]
        text = "\n".join(code)
        paths |= {found.replace(separator, ".").rstrip(".") for found in re.findall(pattern, text)}
    paths -= NOT_OF_EVENTS
    assert len(paths) > 4
    for path in paths:
        names = [path, f"data.{path}", f"data.rootCause.{path}"] if folder == "fluent-bit" else [path]
        assert any(has_field(schema, name) for schema in schemas().values() for name in names), path


def test_these_would_be_noticed() -> None:
    assert not any(has_field(schema, "data.rootCause.cod") for schema in schemas().values())
    assert "octolog.startup.fialed.v1" not in schemas()


# ---------------------------------------------------------------- Vector


def vector() -> dict:
    return yaml.safe_load(VECTOR.read_text())


def test_vector_components_are_connected() -> None:
    components = {name: part for kind in vector().values() for name, part in kind.items()}
    sources = set(vector()["sources"])
    for name, component in components.items():
        assert "type" in component
        if name in sources:
            assert "inputs" not in component
        else:
            assert component["inputs"] and set(component["inputs"]) <= set(components) - {name}


def test_vector_reads_both_streams_and_starts_again() -> None:
    source = vector()["sources"]["octolog_octopus"]
    assert "docker logs --follow octopus 2>&1 | " in source["command"][-1]
    assert source["mode"] == "streaming" and source["streaming"]["respawn_on_exit"]
    assert vector()["transforms"]["octolog"]["fields"]["match"] == ["source", "id"]


def vector_alerts(event: dict) -> set[str]:
    """The conditions of the transform, translated from VRL."""
    program_text = vector()["transforms"]["octolog_alerts"]["source"]
    conditions = re.findall(r'if (.+) \{\n +alerts = push\(alerts, "([a-z-]+)"\)\n', program_text)
    assert [name for _, name in conditions] and len(conditions) == program_text.count("push(")
    found = set()
    for condition, alert in conditions:
        text = condition.replace("&&", " and ").replace("||", " or ").replace("true", "True")
        text = re.sub(r"to_(?:int|float)\((\.[A-Za-z.]+)\) \?\? ([0-9.]+)", r"(\1 or \2)", text)
        text = re.sub(r"(?<![A-Za-z0-9\"])\.([A-Za-z][A-Za-z.]*)", r"field(event, '\1')", text)
        names = {"field": field, "event": event, "code": field(event, "data.rootCause.code") or ""}
        if eval(text, {"__builtins__": {}}, names):
            found.add(alert)
    return found


@pytest.mark.parametrize(("alert", "firing", "calm"), ALERTS, ids=NAMES)
def test_vector_alerts(alert: str, firing: str, calm: str) -> None:
    assert raised(alert, vector_alerts, firing)
    assert not raised(alert, vector_alerts, calm)


# ---------------------------------------------------------------- Fluent Bit


def test_fluent_bit_parts_are_there() -> None:
    configuration = yaml.safe_load((FLUENT_BIT / "fluent-bit.yaml").read_text())
    pipeline = configuration["pipeline"]
    (tail,), filters, (output,) = pipeline["inputs"], pipeline["filters"], pipeline["outputs"]
    parsers = (FLUENT_BIT / Path(configuration["service"]["parsers_file"]).name).read_text()
    assert re.search(rf"^ +Name +{tail['parser']}$", parsers, re.MULTILINE)
    key, pattern, tag, keep = filters[0]["rule"].split()
    assert filters[0]["match"] == tail["tag"] and filters[1]["match"] == tag == output["match"] and keep == "true"
    assert key == "$type" and all(re.search(pattern, name) for name in schemas())
    script = (FLUENT_BIT / Path(filters[1]["script"]).name).read_text()
    assert f"function {filters[1]['call']}(tag, timestamp, record)" in script


def lua(value: object) -> str:
    """A value as Lua writes it."""
    if isinstance(value, dict):
        return "{" + ",".join(f"[{lua(key)}]={lua(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "{" + ",".join(map(lua, value)) + "}"
    if isinstance(value, str):
        return '"' + "".join(f"\\{byte:03d}" for byte in value.encode()) + '"'
    return json.dumps(value)


@cache
def fluent_bit_alerts(container: str) -> set[str]:
    """What the script makes of the container's events, in a real Lua."""
    calls = [
        f"do local code, _, out = alerts('octolog.alerts', 0, {lua(event)})\n"
        "if code == 2 then for _, a in ipairs(out) do assert(a.what and a.id and a.source) print(a.alert) end\n"
        "else assert(code == -1) end end\n"
        for event in events()[container]
    ]
    script = (FLUENT_BIT / "octolog-alerts.lua").read_text() + "\n" + "".join(calls)
    result = program("lua5.4", "lua5.4").run("-", input=script)
    assert result.returncode == 0, result.stderr
    return set(lines_of(result.stdout))


@pytest.mark.parametrize(("alert", "firing", "calm"), ALERTS, ids=NAMES)
def test_fluent_bit_alerts(alert: str, firing: str, calm: str) -> None:
    assert alert in fluent_bit_alerts(firing)
    assert alert not in fluent_bit_alerts(calm)


# ---------------------------------------------------------------- Loki


def rules() -> dict[str, dict]:
    (group,) = yaml.safe_load((LOKI / "rules.yaml").read_text())["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


def labels() -> dict[str, str]:
    """The labels that Alloy gives a stream, and where in the event they come from."""
    text = (LOKI / "config.alloy").read_text()
    expressions = dict(re.findall(r'^ +([a-z_]+) += "([A-Za-z.]+)",$', text, re.MULTILINE))
    (names,) = re.findall(r"stage\.labels \{\s+values = \{([^}]*)\}", text)
    return {name: expressions[name] for name in re.findall(r'([a-z_]+) = ""', names)}


def holds(value: object, operator: str, wanted: str) -> bool:
    text = json.dumps(value) if isinstance(value, (bool, int, float)) else str(value or "")
    return {"=": text == wanted, "=~": re.fullmatch(wanted, text) is not None}[operator]


def selects(query: str, event: dict) -> bool:
    """Whether a selector and the pipeline behind it take this event."""
    query_shape = re.fullmatch(r"\{([^}]*)\}(.*)", query, re.DOTALL)
    assert query_shape, query
    stream, pipeline = query_shape.groups()
    known: dict[str, object] = {name: field(event, path) for name, path in labels().items()} | {"job": "octolog"}
    for name, operator, wanted in re.findall(r'([a-z_]+)(=~?)"([^"]*)"', stream):
        assert name in known, f"{name} is no label"
        if not holds(known[name], operator, wanted):
            return False
    for stage in filter(None, map(str.strip, re.split(r"\|(?=\s*[a-z]+[ =])", pipeline))):
        if stage.startswith("json "):
            for name, path in re.findall(r'([a-z_]+)="([A-Za-z.]+)"', stage):
                assert name not in known, f"{name} is a label: Loki would rename what is extracted"
                known[name] = field(event, path)
        elif not stage.startswith("unwrap "):
            shape = re.fullmatch(r'([a-z_]+)(=~?)"([^"]*)"', stage)
            assert shape, stage
            if not holds(known[shape[1]], shape[2], shape[3]):
                return False
    return True


def queries(rule: dict) -> list[str]:
    """The log queries of an expression, without their range."""
    found = re.findall(r"_over_time\((\{[^}]*\}[^\[]*)\[", rule["expr"])
    assert len(found) == rule["expr"].count("_over_time(")
    return found


# The alert of the others, and which of its queries finds it by one event.
LOKI_ALERTS = {
    "startup-failed": ("StartupFailed", 0),
    "startup-stuck": ("StartupStuck", -1),
    "master-key-printed": ("MasterKeyPrinted", 0),
    "secret-exposed": ("SecretExposed", 0),
    "duplicate-registration": ("DuplicateRegistration", 0),
    "restart-loop": ("RestartLoop", 0),
    "unrecognised-lines": ("UnrecognisedLines", 0),
    "sql-not-ready": ("SqlNotReady", 0),
}


@pytest.mark.parametrize(("alert", "firing", "calm"), ALERTS, ids=NAMES)
def test_loki_rules_select(alert: str, firing: str, calm: str) -> None:
    title, index = LOKI_ALERTS[alert]
    rule = rules()[title]
    query = queries(rule)[index]
    taken = {name: [event for event in events()[name] if selects(query, event)] for name in (firing, calm)}
    if alert == "restart-loop":
        threshold = int(rule["expr"].split(">=")[1])
        assert len(taken[firing]) >= threshold > len(taken[calm])
    elif alert == "unrecognised-lines":
        threshold = float(rule["expr"].split(") >")[1])
        assert max(event["data"]["share"] for event in taken[firing]) > threshold
        assert not [event for event in taken[calm] if event["data"]["share"] > threshold]
    else:
        assert taken[firing] and not taken[calm]


def test_loki_rule_of_a_stuck_startup_knows_begin_progress_and_end() -> None:
    began, progress, ended, unfinished = queries(rules()["StartupStuck"])

    def taken(query: str) -> set[str]:
        return {event["type"] for log in events().values() for event in log if selects(query, event)}

    assert taken(began) == {"octolog.startup.began.v1"}
    assert {"octolog.startup.began.v1", "octolog.phase.entered.v1", "octolog.phase.completed.v1"} <= taken(progress)
    outcomes = ("succeeded", "failed", "unfinished")
    assert taken(ended) == {f"octolog.startup.{outcome}.v1" for outcome in outcomes}
    assert taken(unfinished) == {"octolog.startup.unfinished.v1"}


def test_loki_tells_stuck_startups_apart() -> None:
    """What one startup of a container came to must not hide that a later one is stuck."""
    expression = rules()["StartupStuck"]["expr"]
    groupings = re.findall(r"sum by \(([a-z, ]+)\)", expression)
    assert groupings == ["host, container, correlationid"] * expression.count("_over_time(")
    assert re.search(r"structured_metadata \{[^}]*correlationid = \"\"", (LOKI / "config.alloy").read_text())
    looping = [event for event in events()["looping"] if event["type"] == "octolog.startup.began.v1"]
    assert len({event["correlationid"] for event in looping}) == 3


def test_loki_tells_hosts_apart() -> None:
    targets = re.findall(r"\{ __path__ = [^}]*\}", (LOKI / "config.alloy").read_text())
    assert len(targets) == 2 and all("host = constants.hostname" in target for target in targets)
    for rule in rules().values():
        assert all("host" in names.split(", ") for names in re.findall(r"by \(([a-z, ]+)\)", rule["expr"]))


def test_loki_rules_are_whole() -> None:
    assert set(rules()) == {name for name, _ in LOKI_ALERTS.values()}
    for rule in rules().values():
        text = rule["expr"]
        assert text.count("(") == text.count(")") and text.count("{") == text.count("}")
        known = set(re.findall(r"by \(([a-z, ]+)\)", text)[0].split(", "))
        for used in re.findall(r"\$labels\.([a-z_]+)", json.dumps(rule["annotations"])):
            assert used in known, f"{used} is not in what {rule['alert']} groups by"


def test_labels_have_few_values() -> None:
    assert set(labels()) == {"type", "severity", "container"}
