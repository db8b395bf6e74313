"""The eight alerts: on which cases each has to fire, by what the cases' `expected` say, and inputs for those that no
case shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from harness import CASES, ROOT, Case, all_cases, lines_of, octolog

ALERTS = (
    "startup-failed",
    "startup-stuck",
    "master-key-printed",
    "secret-exposed",
    "duplicate-registration",
    "restart-loop",
    "unrecognised-lines",
    "sql-not-ready",
)
# Logs that were made for the alerts that no case shows.
LOGS = ROOT / "Tests" / "integrations" / "logs"
# Good starts that print no secret: no alert may fire on them.
HEALTHY = (
    "server-2020.6.4671-linux-first-start",
    "sql-server-2017-linux-first-start",
    "tentacle-6.1.1403-linux-restart-skips",
    "tentacle-8.1.1531-linux-not-duplicates",
    "tentacle-8.1.1531-linux-polling",
)
# What the Server says of a database that does not answer, and what the database's log makes of it.
SQL_NOT_READY = {"sql-not-ready", "sql-login-too-early", "sql-unreachable", "sql-prelogin-cut"}
# 16 bytes in base64: a master key.
MASTER_KEY = re.compile(r"[A-Za-z0-9+/]{22}==")


@dataclass(frozen=True)
class Expectation:
    """What a case's `expected` says, in the words of its author."""

    startups: str
    causes: str
    duplicates: str
    secrets: list[str]

    @staticmethod
    def of(case: Case) -> Expectation:
        startups, causes, duplicates, secrets = "", "", "", []
        for line in lines_of((CASES / case.name / "expected").read_text()):
            key, _, value = line.partition(":")
            value = value.strip()
            if key == "container":
                columns = value.split(" | ")
                startups += columns[3] + " "
                causes += columns[4] + " "
            elif key == "startups":
                startups = value
            elif key == "root-cause":
                causes = value
            elif key == "duplicates":
                duplicates = value
            elif key == "secrets":
                secrets = value.split("\t") if value else []
        return Expectation(startups, causes, duplicates, secrets)

    def fires(self, alert: str) -> bool:
        match alert:
            case "startup-failed":
                return "/failed" in self.startups
            case "master-key-printed":
                return any(MASTER_KEY.fullmatch(secret) for secret in self.secrets)
            case "secret-exposed":
                return any(not MASTER_KEY.fullmatch(secret) for secret in self.secrets)
            case "duplicate-registration":
                return self.duplicates not in ("", "none")
            case "sql-not-ready":
                return not SQL_NOT_READY.isdisjoint(re.findall(r"[a-z][a-z0-9-]+", self.causes))
            case "startup-stuck" | "restart-loop" | "unrecognised-lines":
                # No case is silent for ten minutes while others go on, starts three times within ten minutes by
                # its own times, or has many lines that no rule knows.
                return False
        raise ValueError(alert)


# The Server's block comes first there: its failure is told as that of a database that does not answer, and explained
# by the database's memory only when the other block is read. What looks at one event at a time sees both.
EXPLAINED_LATER = {"sql-not-ready": {"story-h-blocks-octopus-first"}}


def expected_cases(alert: str, one_event_at_a_time: bool = False) -> set[str]:
    cases = {case.name for case in all_cases() if Expectation.of(case).fires(alert)}
    return cases | EXPLAINED_LATER.get(alert, set()) if one_event_at_a_time else cases


@dataclass
class Scenario:
    """The events of a log that was made for an alert that no case shows, and those of a twin that must not fire."""

    alert: str
    fires: list[str]
    stays_silent: list[str]


def events_of(*logs: Path | str) -> list[str]:
    return lines_of(octolog("--format", "events", *logs).stdout)


class Recordings:
    """The events of all cases, line by line as octolog writes them, and those of the scenarios."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def cases(self) -> dict[str, list[str]]:
        def run(case: Case) -> tuple[str, list[str]]:
            return case.name, events_of(*case.logs)

        with ThreadPoolExecutor(2) as pool:
            return dict(pool.map(run, all_cases()))

    @property
    def all_lines(self) -> list[str]:
        return [line for lines in self.cases.values() for line in lines]

    @cached_property
    def scenarios(self) -> list[Scenario]:
        return [
            # The other container goes on for 5 minutes, not 15.
            self.scenario("startup-stuck", lambda log: log.replace("T08:15:17", "T08:05:17")),
            # The starts are 20 minutes apart, not 20 seconds.
            self.scenario("restart-loop", lambda log: re.sub(r"T14:0(.):(.)0", r"T1\g<1>:\g<2>0:00", log)),
            # 4 lines that no rule knows, not 40.
            self.scenario("unrecognised-lines", lambda log: re.sub(r".*flux (?:\d\d|[4-9]) .*\n", "", log)),
        ]

    def twin(self, alert: str, change: Callable[[str], str]) -> list[str]:
        """The events of an alert's log, changed."""
        log, changed = (LOGS / f"{alert}.log").read_text(), self.folder / f"{alert}.log"
        changed.write_text(change(log))
        assert changed.read_text() != log
        return events_of(changed)

    def scenario(self, alert: str, change: Callable[[str], str]) -> Scenario:
        return Scenario(alert, events_of(f"Tests/integrations/logs/{alert}.log"), self.twin(alert, change))
