"""The DuckDB views: they count what Python counts in the events of all cases, and the README's commands print what it
says."""

from __future__ import annotations

import gzip
import json
import statistics
from collections import Counter, defaultdict
from pathlib import Path

import duckdb
import pytest
from alerts import ALERTS, HEALTHY, Recordings, expected_cases
from harness import INTEGRATIONS, ROOT, lines_of, python_program
from readmes import blocks, examples, shell

FOLDER = INTEGRATIONS / "duckdb"
README = FOLDER / "README.md"
SQL = FOLDER / "octolog.sql"


class ByLibrary:
    """The newest DuckDB, as the package for Python."""

    def __init__(self, folder: Path, files: str) -> None:
        self.connection = duckdb.connect(str(folder / "library.db"))
        self.connection.execute(f"SET VARIABLE events = {files}")
        self.connection.execute(SQL.read_text())

    def ask(self, query: str) -> list[dict]:
        result = self.connection.execute(query)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


class ByProgram:
    """The program of the README, which is of an older DuckDB."""

    def __init__(self, folder: Path, files: str) -> None:
        self.database = folder / "program.db"
        self.run("-cmd", f"SET VARIABLE events = {files}", "-f", SQL)

    def run(self, *arguments: object) -> str:
        result = python_program("duckdb").run("-bail", self.database, *arguments)
        assert (result.returncode, result.stderr) == (0, "")
        return result.stdout

    def ask(self, query: str) -> list[dict]:
        return json.loads(self.run("-json", "-c", query) or "[]")


def quoted(*paths: object) -> str:
    return "[" + ", ".join(f"'{path}'" for path in paths) + "]"


@pytest.fixture(scope="module", params=(ByLibrary, ByProgram), ids=("library", "program"))
def database(request: pytest.FixtureRequest, recordings: Recordings):
    """The events of all cases: half of the files are compressed."""
    folder = recordings.folder / request.param.__name__
    (folder / "events").mkdir(parents=True)
    for number, (name, lines) in enumerate(recordings.cases.items()):
        text = "".join(f"{line}\n" for line in lines).encode()
        if number % 2:
            (folder / "events" / f"{name}.ndjson.gz").write_bytes(gzip.compress(text))
        else:
            (folder / "events" / f"{name}.ndjson").write_bytes(text)
    return request.param(folder, f"'{folder}/events/*.ndjson*'")


@pytest.fixture(scope="module")
def events(recordings: Recordings) -> list[dict]:
    return [json.loads(line) for line in recordings.all_lines]


def of_type(events: list[dict], *types: str) -> list[dict]:
    return [event for event in events if event["type"] in {f"octolog.{name}.v1" for name in types}]


def counted(rows: list[dict], *columns: str) -> Counter:
    return Counter(tuple(row[column] for column in columns) for row in rows)


def test_all_events_are_there_by_type(database, events: list[dict]) -> None:
    rows = database.ask("SELECT type, level, count(*) AS n, count(time) AS timed FROM events GROUP BY ALL")
    assert {(row["type"], row["level"]): row["n"] for row in rows} == counted(
        [{"type": event["type"], "level": event["severitytext"]} for event in events], "type", "level"
    )
    assert sum(row["timed"] for row in rows) == sum("time" in event for event in events)
    assert database.ask("FROM unreadable") == []
    assert database.ask("FROM cut_streams") == []


def test_times_are_utc(database, events: list[dict]) -> None:
    rows = database.ask("SELECT source, id, strftime(time, '%Y-%m-%dT%H:%M:%S') AS time FROM events")
    assert {(row["source"], row["id"]): row["time"] for row in rows} == {
        (event["source"], event["id"]): event["time"][:19] if "time" in event else None for event in events
    }


def test_failures_have_the_cause_that_was_explained_last(database, events: list[dict]) -> None:
    explained = {event["correlationid"]: event["data"] for event in of_type(events, "startup.explained")}
    expected = [
        {
            "container": event["data"]["container"],
            "code": explained.get(event["correlationid"], event["data"])["rootCause"]["code"],
            "phase": event["data"].get("phase"),
        }
        for event in of_type(events, "startup.failed")
    ]
    rows = database.ask("SELECT container, code, phase FROM failures")
    assert counted(rows, "container", "code", "phase") == counted(expected, "container", "code", "phase")


def test_startups_have_their_outcomes(database, events: list[dict]) -> None:
    rows = database.ask("SELECT outcome, count(*) AS n FROM startups GROUP BY ALL")
    outcomes = Counter(
        event["type"].split(".")[2] for event in of_type(events, *(f"startup.{end}" for end in ENDS))
    )  # fmt: skip
    startups = {event["correlationid"] for event in events if "correlationid" in event}
    assert {row["outcome"]: row["n"] for row in rows} == outcomes
    assert sum(outcomes.values()) == len(startups)
    kinds = Counter(event["data"]["kind"] for event in of_type(events, "startup.began"))
    rows = database.ask("SELECT kind, count(*) AS n FROM startups WHERE kind IS NOT NULL GROUP BY ALL")
    assert {row["kind"]: row["n"] for row in rows} == kinds


ENDS = ("succeeded", "failed", "unfinished")


def test_durations_of_phases(database, events: list[dict]) -> None:
    durations = defaultdict(list)
    for event in of_type(events, "phase.completed"):
        if (seconds := event["data"].get("durationSeconds")) is not None:
            durations[event["data"].get("product"), event["data"]["phase"]].append(seconds)
    rows = {(row["product"], row["phase"]): row for row in database.ask("FROM phase_durations")}
    assert rows.keys() == durations.keys()
    for key, seconds in durations.items():
        assert rows[key]["phases"] == len(seconds)
        assert rows[key]["p50"] == pytest.approx(statistics.median(seconds), abs=0.001)
        assert rows[key]["longest"] == pytest.approx(max(seconds), abs=0.001)
        assert rows[key]["p50"] <= rows[key]["p95"] <= rows[key]["longest"]


def test_registrations_and_their_lists(database, events: list[dict]) -> None:
    observed = of_type(events, "registration.observed")
    fields = ("name", "server", "kind", "outcome", "thumbprint")
    rows = database.ask("SELECT *, len(roles) AS role_count FROM registrations")
    assert counted(rows, *fields) == Counter(tuple(event["data"].get(field) for field in fields) for event in observed)
    assert sum(row["role_count"] or 0 for row in rows) == sum(len(event["data"].get("roles", [])) for event in observed)


def test_duplicates_have_each_member_of_the_last_telling(database) -> None:
    rows = database.ask("FROM duplicates")
    assert counted(rows, "class") == {
        ("ghost",): 7, ("registered-again",): 2, ("same-endpoint",): 2, ("same-name",): 2,
        ("same-subscription",): 2, ("same-thumbprint",): 2,
    }  # fmt: skip
    assert [row["name"] for row in rows if row["container"] == "tentacle_1" and row["current"]] == ["08A6BF4D5E91"]


def test_secrets_by_kind(database, events: list[dict]) -> None:
    rows = database.ask("SELECT kind, count(*) AS n, count(fingerprint) AS marked FROM secrets GROUP BY ALL")
    exposed = of_type(events, "secret.exposed")
    assert {row["kind"]: row["n"] for row in rows} == Counter(event["data"]["kind"] for event in exposed)
    assert sum(row["marked"] for row in rows) == sum("fingerprint" in event["data"] for event in exposed)


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_fires_on_the_cases_that_it_should(alert: str, database, recordings: Recordings) -> None:
    case_of = {
        (event["source"], event["id"]): name
        for name, lines in recordings.cases.items() for event in map(json.loads, lines)
    }  # fmt: skip
    rows = database.ask(f"FROM alert_{alert.replace('-', '_')}")
    cases = {case_of[row["source"], row["id"]] for row in rows}
    assert cases == expected_cases(alert)
    assert cases.isdisjoint(HEALTHY)
    assert all(row["detail"] for row in rows)
    assert database.ask(f"SELECT count(*) AS n FROM alerts WHERE alert = '{alert}'") == [{"n": len(rows)}]


@pytest.mark.parametrize("kind", (ByLibrary, ByProgram), ids=("library", "program"))
def test_the_alerts_that_no_case_shows(kind: type, recordings: Recordings, scratch: Path) -> None:
    for scenario in recordings.scenarios:
        found = []
        for name, lines in (("fires", scenario.fires), ("silent", scenario.stays_silent)):
            folder = scratch / f"{scenario.alert}-{name}"
            folder.mkdir()
            (folder / "x.ndjson").write_text("".join(f"{line}\n" for line in lines))
            database = kind(folder, f"'{folder}/*.ndjson'")
            found.append(len(database.ask(f"FROM alerts WHERE alert = '{scenario.alert}'")))
        assert found == [1, 0], scenario.alert


@pytest.mark.parametrize("kind", (ByLibrary, ByProgram), ids=("library", "program"))
def test_what_is_read_twice_counts_once_and_what_is_cut_is_told(
    kind: type, recordings: Recordings, scratch: Path
) -> None:
    lines = recordings.cases["story-b-server-before-sql"]
    whole, again, cut, empty = (scratch / f"{name}.ndjson" for name in ("whole", "again", "cut", "empty"))
    whole.write_text("".join(f"{line}\n" for line in lines))
    again.write_text(whole.read_text())
    cut.write_text(whole.read_text()[:3000])
    empty.write_text("")
    database = kind(scratch, quoted(whole, again, cut, empty))
    assert database.ask("SELECT count(*) AS n FROM events") == [{"n": len(lines)}]
    assert database.ask("FROM unreadable") == [{"file": str(cut), "lines": 1}]
    complete = len(lines_of(cut.read_text())) - 1
    assert database.ask("FROM cut_streams") == [{"file": str(cut), "events": complete}]


def test_types_do_not_depend_on_the_file(recordings: Recordings, scratch: Path) -> None:
    """One without any time has the same columns as all."""
    (scratch / "x.ndjson").write_text(
        "".join(f"{line}\n" for line in recordings.cases["server-2022.4-linux-eula-not-accepted"])
    )
    (scratch / "y.ndjson").write_text("".join(f"{line}\n" for line in recordings.all_lines))
    described = []
    for name in ("x", "y"):
        (scratch / name).mkdir()
        library = ByLibrary(scratch / name, quoted(scratch / f"{name}.ndjson"))
        views = [row["view_name"] for row in library.ask("SELECT view_name FROM duckdb_views() WHERE NOT internal")]
        described.append({view: library.ask(f"DESCRIBE {view}") for view in views})
    assert described[0] == described[1]


def test_the_readme_is_as_duckdb_prints(scratch: Path) -> None:
    for name in ("Fixtures", "integrations"):
        (scratch / name).symlink_to(ROOT / name)
    program = python_program("duckdb")
    for example in examples(README):
        assert shell(example.command, scratch, program) == example.output, example.command


def test_the_steps_of_the_readme(scratch: Path) -> None:
    writing, loading = blocks(README, "sh")
    docker = "docker logs -t OctopusServer 2>&1"
    assert docker in writing
    log = ROOT / "Fixtures" / "cases" / "server-2018.3.13-sql-unreachable" / "input.log"
    (scratch / "events").mkdir()
    (scratch / "octolog.sql").symlink_to(SQL)
    program = python_program("duckdb")
    command = writing.replace(docker, f"cat {log}") + loading + "duckdb -csv octolog.db -c 'FROM alerts ORDER BY time'"
    assert "startup-failed,NULL,OctopusServer,sql-unreachable in database" in shell(command, scratch, program)
