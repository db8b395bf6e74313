"""The jq filters: the alerts on the events of all cases, by jq and by the newest jq as a library; and the README."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import Counter
from pathlib import Path

import jq as newest
import pytest
from alerts import ALERTS, HEALTHY, Recordings, expected_cases
from harness import CASES, INTEGRATIONS, LIMIT, OCTOLOG, ROOT, Program, end, lines_of, program
from readmes import Example, blocks, examples, shell

FOLDER = INTEGRATIONS / "jq"
README = FOLDER / "README.md"
FILTERS = {alert: alert.replace("-", "_") for alert in ALERTS} | {"restart-loop": "restart_loop(inputs)"}


def by_program(text: str, lines: list[str]) -> list:
    """What jq makes of the events with the filters; -n where they take `inputs`."""
    jq = program("jq", "jq")
    options = ["-n"] if "inputs" in text else []
    result = jq.run("-L", FOLDER, *options, "-c", f'include "octolog"; {text}', input="".join(f"{e}\n" for e in lines))
    assert (result.returncode, result.stderr) == (0, "")
    return [json.loads(line) for line in lines_of(result.stdout)]


def by_library(text: str, lines: list[str]) -> list:
    """The same by the jq of PyPI, which has no `inputs`."""
    definitions = (FOLDER / "octolog.jq").read_text()
    each = text.replace("inputs", ".[]") if "inputs" in text else f".[] | {text}"
    return newest.compile(f"{definitions}\n{each}").input_value([json.loads(line) for line in lines]).all()


VERSIONS = pytest.mark.parametrize("run", (by_program, by_library), ids=("program", "library"))


@VERSIONS
@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_fires_on_the_cases_that_it_should(alert: str, run, recordings: Recordings) -> None:
    case_of = {
        (event["source"], event["id"]): name
        for name, lines in recordings.cases.items() for event in map(json.loads, lines)
    }  # fmt: skip
    cases = {case_of[event["source"], event["id"]] for event in run(FILTERS[alert], recordings.all_lines)}
    assert cases == expected_cases(alert, one_event_at_a_time=True)
    assert cases.isdisjoint(HEALTHY)


@VERSIONS
def test_the_alerts_that_no_case_shows(run, recordings: Recordings) -> None:
    for scenario in recordings.scenarios:
        assert len(run(FILTERS[scenario.alert], scenario.fires)) == 1, scenario.alert
        assert run(FILTERS[scenario.alert], scenario.stays_silent) == [], scenario.alert


@VERSIONS
def test_measures_of_ones_own(run, recordings: Recordings) -> None:
    by_alert = {scenario.alert: scenario for scenario in recordings.scenarios}
    assert len(run("startup_stuck(5)", by_alert["startup-stuck"].stays_silent)) == 1
    assert len(run("unrecognised_lines(0.05)", by_alert["unrecognised-lines"].stays_silent)) == 1
    assert len(run("restart_loop(inputs; 2; 20)", by_alert["restart-loop"].stays_silent)) == 2
    assert run("restart_loop(inputs; 4; 10)", by_alert["restart-loop"].fires) == []


@VERSIONS
def test_alert_tells_what_the_single_filters_tell(run, recordings: Recordings) -> None:
    lines = recordings.all_lines + [line for scenario in recordings.scenarios for line in scenario.fires]
    told = Counter(alert["alert"] for alert in run("alert", lines))
    assert told == {alert: len(run(FILTERS[alert], lines)) for alert in ALERTS if alert != "restart-loop"}


@VERSIONS
def test_tables_count_as_python_does(run, recordings: Recordings) -> None:
    lines = recordings.all_lines
    events = [json.loads(line) for line in lines]
    explained = {
        event["correlationid"]: event["data"]["rootCause"]["code"]
        for event in events if event["type"] == "octolog.startup.explained.v1"
    }  # fmt: skip
    causes = Counter(
        explained.get(event["correlationid"], event["data"]["rootCause"]["code"])
        for event in events if event["type"] == "octolog.startup.failed.v1"
    )  # fmt: skip
    assert {row["code"]: row["count"] for row in run("[inputs] | root_causes[]", lines)} == causes
    secrets = Counter(
        (event["data"]["container"], event["data"]["kind"])
        for event in events if event["type"] == "octolog.secret.exposed.v1"
    )  # fmt: skip
    rows = run("[inputs] | secrets[]", lines)
    assert {(row["container"], row["kind"]): row["count"] for row in rows} == secrets
    # One group of three, told twice, and seven of two.
    assert len(run("[inputs] | duplicates[]", lines)) == 17
    assert len(run("once(inputs)", lines + lines[:500])) == len(lines)
    assert len(run("brief", lines)) == len(lines)


@pytest.mark.parametrize("example", examples(README), ids=lambda example: example.command[:60])
def test_the_readme_is_as_jq_prints(example: Example, scratch: Path) -> None:
    jq = program("jq", "jq")
    install(scratch, jq)
    assert example.output
    assert shell(f"export HOME={scratch}; {example.command}", ROOT, jq) == example.output


def install(home: Path, jq: Program) -> None:
    """Step 2 of the README."""
    assert shell(f"export HOME={home}; {blocks(README, 'sh')[0]}", FOLDER, jq) == ""


def test_an_alert_is_told_while_the_log_goes_on(scratch: Path) -> None:
    jq = program("jq", "jq")
    install(scratch, jq)
    docker = "docker logs -f -t OctopusServer 2>&1 | octolog"
    command = blocks(README, "sh")[1]
    assert command.startswith(docker)
    process = subprocess.Popen(
        ["/bin/sh", "-c", command.replace(docker, str(OCTOLOG))], cwd=ROOT, start_new_session=True, text=True,
        env={**jq.environment, "HOME": str(scratch), "PATH": f"{jq.path.parent}:{os.environ['PATH']}"},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    watchdog = threading.Timer(LIMIT, end, (process,))
    watchdog.start()
    try:
        # The log is written, with the stamps of -t, and stays open, as that of a container that runs on.
        for line in lines_of((CASES / "server-2018.3.13-sql-unreachable" / "input.log").read_text()):
            process.stdin.write(f"2018-07-04T16:03:55.000000001Z {line}\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["alert"] == "secret-exposed"
        assert process.poll() is None
        # The container stops, and docker logs -f ends.
        process.stdin.close()
        assert process.stdout.readline().rstrip("\n") == lines_of(blocks(README, "")[0])[0]
        assert process.wait(LIMIT) == 0
    finally:
        watchdog.cancel()
        end(process)
