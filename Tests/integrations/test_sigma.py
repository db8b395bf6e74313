"""The Sigma rules: sigma-cli checks and converts them, SQLite runs them over the events of all cases."""

from __future__ import annotations

import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
import yaml
from alerts import ALERTS, HEALTHY, Recordings, expected_cases
from harness import CASES, INTEGRATIONS, Program, lines_of, program, python_program
from readmes import blocks, shell

FOLDER = INTEGRATIONS / "sigma"
RULES = FOLDER / "rules"
FILES = sorted(RULES.glob("*.yml"))


def sigma(*arguments: object) -> str:
    result = python_program("sigma").run(*arguments, cwd=FOLDER)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@cache
def queries() -> dict[str, str]:
    """What the README's step 4 converts, by the rule's name."""
    with ThreadPoolExecutor(2) as pool:
        converted = pool.map(lambda file: sigma("convert", "-t", "sqlite", "-O", "timestamp_field=time", file), FILES)
        return dict(zip((file.stem for file in FILES), converted, strict=True))


def sqlite() -> Program:
    return program("sqlite3", "sqlite3")


def load(database: Path, lines: list[str]) -> None:
    result = sqlite().run(database, ".read load.sql", cwd=FOLDER, input="".join(f"{line}\n" for line in lines))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def ask(database: Path, query: str) -> list[dict]:
    result = sqlite().run("-json", database, input=query)
    assert (result.returncode, result.stderr) == (0, "")
    return json.loads(result.stdout or "[]")


def fired(database: Path, alert: str) -> set[tuple[str, str]]:
    """The events that a rule fires on, by source and id."""
    rows = ask(database, queries()[alert])
    numbers = {number.removeprefix("0:") for row in rows for number in json.loads(row.get("event_ids", "[]"))}
    if numbers:
        rows = ask(database, f"SELECT source, id FROM logs WHERE rowid IN ({','.join(numbers)})")
    return {(row["source"], row["id"]) for row in rows}


@pytest.fixture(scope="module")
def database(recordings: Recordings) -> Path:
    path = recordings.folder / "cases.db"
    load(path, recordings.all_lines)
    return path


@pytest.fixture(scope="module")
def case_of(recordings: Recordings) -> dict[tuple[str, str], str]:
    events = ((name, json.loads(line)) for name, lines in recordings.cases.items() for line in lines)
    return {(event["source"], event["id"]): name for name, event in events}


def test_sigma_cli_finds_nothing_wrong() -> None:
    printed = sigma("check", "--fail-on-error", "--fail-on-issues", RULES)
    assert "Found 0 errors, 0 condition errors and 0 issues." in printed


def test_each_alert_is_one_file_and_says_what_a_rule_has_to() -> None:
    assert {file.stem for file in FILES} == set(ALERTS)
    for file in FILES:
        for rule in yaml.safe_load_all(file.read_text()):
            uuid.UUID(rule["id"])
            assert {"title", "status", "description", "references", "falsepositives", "level"} <= rule.keys(), file
            if "correlation" not in rule:
                assert rule["logsource"] == {"product": "octopusdeploy", "service": "octolog"}


def test_every_field_of_the_rules_is_a_field_of_events_and_a_column(recordings: Recordings, database: Path) -> None:
    columns = {row["name"] for row in ask(database, "SELECT name FROM pragma_table_info('logs')")}
    named = set()
    for file in FILES:
        for rule in yaml.safe_load_all(file.read_text()):
            named.update(rule.get("fields", []))
            detection = {name: part for name, part in rule.get("detection", {}).items() if name != "condition"}
            named.update(field.partition("|")[0] for part in detection.values() for field in part)
            named.update(rule.get("correlation", {}).get("group-by", []))
    assert named <= columns
    lines = recordings.all_lines + [line for scenario in recordings.scenarios for line in scenario.fires]
    events = [json.loads(line) for line in lines]
    for field in columns:
        path = field.split(".")
        assert any(value_at(event, path) is not None for event in events), field


def value_at(event: object, path: list[str]) -> object:
    for key in path:
        event = event.get(key) if isinstance(event, dict) else None
    return event


def test_all_events_are_loaded_and_none_twice(recordings: Recordings, database: Path) -> None:
    count = "SELECT count(*) AS events FROM logs"
    assert ask(database, count) == [{"events": len(recordings.all_lines)}]
    load(database, next(iter(recordings.cases.values())))
    assert ask(database, count) == [{"events": len(recordings.all_lines)}]


@pytest.mark.parametrize("alert", ALERTS)
def test_a_rule_fires_on_the_cases_that_it_should(alert: str, database: Path, case_of: dict) -> None:
    cases = {case_of[event] for event in fired(database, alert)}
    assert cases == expected_cases(alert, one_event_at_a_time=True)
    assert cases.isdisjoint(HEALTHY)


@pytest.mark.parametrize("alert", ("startup-stuck", "restart-loop", "unrecognised-lines"))
def test_a_rule_fires_on_what_no_case_shows_and_not_on_its_harmless_twin(
    alert: str, recordings: Recordings, scratch: Path
) -> None:
    scenario = next(scenario for scenario in recordings.scenarios if scenario.alert == alert)
    load(scratch / "fires.db", scenario.fires)
    load(scratch / "silent.db", scenario.stays_silent)
    assert len(fired(scratch / "fires.db", alert)) == (3 if alert == "restart-loop" else 1)
    assert fired(scratch / "silent.db", alert) == set()


def test_the_steps_of_the_readme_print_the_alerts(scratch: Path) -> None:
    readme = FOLDER / "README.md"
    loading, asking = blocks(readme, "sh")
    for name in ("rules", "load.sql"):
        (scratch / name).symlink_to(FOLDER / name)
    container = "docker logs -t OctopusServer 2>&1"
    assert container in loading
    log = CASES / "server-2018.3.13-sql-unreachable" / "input.log"
    tools = (sqlite(), python_program("sigma"))
    printed = shell(loading.replace(container, f"cat {log}") + asking, scratch, *tools)
    told = dict(re.findall(r"== rules/(\S+)\.yml\n(.*?)(?=== |\Z)", printed, re.DOTALL))
    assert {alert for alert, part in told.items() if " = " in part} == {
        "startup-failed", "secret-exposed", "sql-not-ready"
    }  # fmt: skip
    example = [line.strip() for line in lines_of(blocks(readme, "")[0])]
    assert example == [line.strip() for line in lines_of(told["startup-failed"]) if line.strip() in example]
