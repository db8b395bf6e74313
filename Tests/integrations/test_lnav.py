"""The lnav format: lnav's own checker takes it, and its queries find what the events of all cases hold."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from alerts import ALERTS, HEALTHY, Recordings, expected_cases
from harness import CASES, INTEGRATIONS, Program, lines_of, octolog, program
from readmes import blocks, examples, shell

FOLDER = INTEGRATIONS / "lnav"
FORMAT = FOLDER / "octolog.lnav.json"
LEVELS = {"info": "info", "low": "notice", "medium": "warning", "high": "error", "critical": "critical"}


class Lnav:
    """lnav with a home of its own, in which the README's step 2 was done."""

    def __init__(self, home: Path) -> None:
        self.home = home
        lnav = program("lnav", "lnav")
        self.command = Program(lnav.path, lnav.root)
        self.environment = {**lnav.environment, "HOME": str(home), "TERM": "xterm", "TZ": "UTC"}
        self.environment.pop("XDG_CONFIG_HOME", None)
        install = Program(Path("/bin/sh"), Path("/"))
        step = blocks(FOLDER / "README.md", "sh")[0]
        assert install.run("-c", step, cwd=FOLDER, env=self.environment).returncode == 0

    def run(self, *arguments: object, **options: object) -> tuple[str, str, int]:
        result = self.command.run(*arguments, env=self.environment, **options)
        return result.stdout, result.stderr, result.returncode

    def rows(self, command: str, *files: Path) -> list[dict]:
        out, errors, code = self.run("-n", "-c", command, "-c", ":write-json-to -", *files)
        if "no query result to write" in errors:
            return []
        assert (errors, code) == ("", 0)
        return json.loads(out or "[]")


def fit(lines: list[str]) -> list[str]:
    text = "".join(f"{line}\n" for line in lines)
    result = program("jq", "jq").run("-c", "-n", "-f", FOLDER / "octolog-lnav.jq", input=text)
    assert (result.returncode, result.stderr) == (0, "")
    return lines_of(result.stdout)


@pytest.fixture(scope="module")
def lnav(tmp_path_factory: pytest.TempPathFactory) -> Lnav:
    return Lnav(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def files(recordings: Recordings) -> list[Path]:
    """A file of events for each case, through the filter."""
    folder = recordings.folder / "lnav"
    folder.mkdir()
    paths = []
    for name, lines in recordings.cases.items():
        paths.append(folder / f"{name}.ndjson")
        paths[-1].write_text("".join(f"{line}\n" for line in fit(lines)))
    return paths


def test_the_checker_takes_the_format(lnav: Lnav) -> None:
    assert lnav.run("-W", "-C") == ("", "", 0)


def test_the_checker_sees_what_is_wrong(lnav: Lnav, tmp_path: Path) -> None:
    folder = tmp_path / "formats" / "wrong"
    folder.mkdir(parents=True)
    text = FORMAT.read_text().replace('"kind": "float"', '"kind": "flot"').replace("octolog_log", "wrong_log")
    (folder / "wrong.json").write_text(text)
    _, errors, code = lnav.run("-W", "-C", "-I", tmp_path)
    assert code != 0
    assert "flot" in errors


def test_lnav_installs_the_format_itself(scratch: Path) -> None:
    command = program("lnav", "lnav")
    environment = {**command.environment, "HOME": str(scratch)}
    assert command.run("-i", FORMAT, env=environment).returncode == 0
    installed = scratch / ".lnav" / "formats" / "installed" / "octolog_log.json"
    assert installed.read_text() == FORMAT.read_text()


def test_the_samples_match(lnav: Lnav, recordings: Recordings, scratch: Path) -> None:
    # lnav 0.11.1 does not try samples of JSON itself.
    samples = json.loads(FORMAT.read_text())["octolog_log"]["sample"]
    assert {sample["level"] for sample in samples} == {"info", "notice", "warning", "error"}
    for sample in samples:
        (scratch / "sample.ndjson").write_text(sample["line"] + "\n")
        [row] = lnav.rows(";SELECT id, log_level FROM octolog_log", scratch / "sample.ndjson")
        assert row == {"id": json.loads(sample["line"])["id"], "log_level": sample["level"]}
    known = {(event["source"], event["id"]) for event in map(json.loads, recordings.all_lines)}
    assert {(event["source"], event["id"]) for event in (json.loads(sample["line"]) for sample in samples)} <= known


def test_no_event_is_lost_and_levels_are_mapped(lnav: Lnav, files: list[Path], recordings: Recordings) -> None:
    events = [json.loads(line) for line in recordings.all_lines]
    rows = lnav.rows(";SELECT type, log_level, count(*) AS events FROM octolog_log GROUP BY 1, 2", *files)
    counted = Counter((event["type"], LEVELS[event["severitytext"]]) for event in events)
    assert {(row["type"], row["log_level"]): row["events"] for row in rows} == dict(counted)


def test_without_the_filter_events_without_a_time_would_be_lost(
    lnav: Lnav, recordings: Recordings, scratch: Path
) -> None:
    lines = recordings.cases["server-2019.4.6-s3-no-connection-string"]
    (scratch / "raw.ndjson").write_text("".join(f"{line}\n" for line in lines))
    rows = lnav.rows(";SELECT type FROM octolog_log", scratch / "raw.ndjson")
    # If this is no longer so, the README may say less.
    assert "octolog.startup.failed.v1" not in {row["type"] for row in rows}


def test_files_of_containers_with_names_are_all_shown(lnav: Lnav, scratch: Path) -> None:
    """lnav takes files with the same first line for one."""
    folder = CASES / "tentacle-3.22-two-containers-one-name"
    logs = {"one": folder / "input.log", "two": folder / "second.log"}
    paths = []
    for name, log in logs.items():
        lines = lines_of(octolog("--quiet", "--container", name, "--format", "events", stdin=log.read_bytes()).stdout)
        if "container" not in json.loads(lines[0])["data"]:
            # Of a version that does not name it there.
            del lines[0]
        paths.append(scratch / f"{name}.ndjson")
        paths[-1].write_text("".join(f"{line}\n" for line in fit(lines)))
    rows = lnav.rows(";SELECT count(*) AS events FROM octolog_log", *paths)
    assert rows == [{"events": sum(len(lines_of(path.read_text())) for path in paths)}]
    # Without the names one of two would be missing. If this is no longer so, the README may say less.
    for path in paths:
        path.write_text('{"time": "2018-08-08T09:00:00.000Z", "type": "octolog.run.started.v1"}\n' + path.read_text())
    [row] = lnav.rows(";SELECT count(*) AS events FROM octolog_log", *paths)
    assert row["events"] < sum(len(lines_of(path.read_text())) for path in paths)


def test_times_are_those_of_the_events(lnav: Lnav, files: list[Path]) -> None:
    # lnav does not let a file's time go back.
    ordered: dict[tuple[str, str], str] = {}
    paths = []
    for path in files:
        events = [json.loads(line) for line in lines_of(path.read_text())]
        times = [event["time"] for event in events]
        if times == sorted(times):
            paths.append(path)
            ordered |= {(event["source"], event["id"]): event["time"] for event in events}
    assert len(paths) > 70
    rows = lnav.rows(";SELECT source, id, log_time FROM octolog_log", *paths)
    shown = {(row["source"], row["id"]): row["log_time"].replace(" ", "T") + "Z" for row in rows}
    assert shown == ordered


def test_the_filter_changes_times_only(recordings: Recordings) -> None:
    for before, after in zip(recordings.all_lines, fit(recordings.all_lines), strict=True):
        event, fitted = json.loads(before), json.loads(after)
        assert len(fitted["time"]) == 24
        if "time" in event:
            assert fitted["time"][:19] == event["time"][:19]
        else:
            assert fitted["data"].pop("timeSource") == "before"
        assert {**fitted, "time": None} == {**event, "time": None}


def test_the_columns_hold_the_nested_fields(lnav: Lnav, files: list[Path], recordings: Recordings) -> None:
    rows = lnav.rows(
        ';SELECT "data/rootCause/code" AS code, "data/phase" AS phase, count(*) AS events FROM octolog_log'
        " WHERE type = 'octolog.startup.failed.v1' GROUP BY 1, 2",
        *files,
    )
    failed = [
        event["data"] for line in recordings.all_lines if (event := json.loads(line))["type"].endswith("failed.v1")
        and event["type"].startswith("octolog.startup.")
    ]  # fmt: skip
    counted = Counter((data["rootCause"]["code"], data.get("phase")) for data in failed)
    assert {(row["code"], row["phase"]): row["events"] for row in rows} == dict(counted)
    rows = lnav.rows(";SELECT count(DISTINCT correlationid) AS startups FROM octolog_log", *files)
    startups = {json.loads(line).get("correlationid") for line in recordings.all_lines} - {None}
    assert rows == [{"startups": len(startups)}]


@pytest.fixture(scope="module")
def alerted(lnav: Lnav, files: list[Path]) -> dict[str, set[str]]:
    """The cases that each alert names: here the containers are called by their cases."""
    folder = files[0].parent / "named"
    folder.mkdir()
    for path in files:
        events = [json.loads(line) for line in lines_of(path.read_text())]
        for event in events:
            event["data"]["container"] = path.stem
        (folder / path.name).write_text("".join(f"{json.dumps(event)}\n" for event in events))
    found: dict[str, set[str]] = {alert: set() for alert in ALERTS}
    for row in lnav.rows("|octolog-alerts", *sorted(folder.iterdir())):
        found[row["alert"]].add(row["container"])
    return found


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_fires_on_the_cases_that_it_should(alert: str, alerted: dict[str, set[str]]) -> None:
    assert alerted[alert] == expected_cases(alert, one_event_at_a_time=True)
    assert alerted[alert].isdisjoint(HEALTHY)


def test_the_alerts_that_no_case_shows(lnav: Lnav, recordings: Recordings, scratch: Path) -> None:
    for scenario in recordings.scenarios:
        found = []
        for lines in (scenario.fires, scenario.stays_silent):
            (scratch / "x.ndjson").write_text("".join(f"{line}\n" for line in fit(lines)))
            rows = lnav.rows("|octolog-alerts", scratch / "x.ndjson")
            found.append(sum(row["alert"] == scenario.alert for row in rows))
        assert found == [1, 0], scenario.alert


def test_the_readme_is_as_lnav_prints(lnav: Lnav, scratch: Path) -> None:
    log = CASES / "server-2018.3.13-sql-unreachable" / "input.log"
    readme = FOLDER / "README.md"
    docker = "docker logs -t OctopusServer 2>&1"
    filtering = blocks(readme, "sh")[1].replace("octolog-lnav.jq", f"{FOLDER}/octolog-lnav.jq")
    assert docker in filtering
    assert shell(filtering.replace(docker, f"cat {log}"), scratch, program("jq", "jq")) == ""
    assert len(lines_of((scratch / "OctopusServer.ndjson").read_text())) == len(
        lines_of(octolog("--format", "events", log).stdout)
    )
    shown = [line.rstrip() for line in lines_of(lnav.run("-n", scratch / "OctopusServer.ndjson")[0])]
    for line in lines_of(blocks(readme, "")[0]):
        assert line.rstrip() in shown
    with_home = Program(lnav.command.path, lnav.command.root)
    for example in examples(readme):
        command = f"export HOME={lnav.home}; {example.command}"
        if example.output:
            assert shell(command, scratch, with_home) == example.output
        else:
            assert "sql-unreachable: SQL Server can't be reached" in shell(command, scratch, with_home)
