"""The eight alerts: on which cases each has to fire, by what the cases' `expected` say, and inputs for those that no
case shows."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from harness import CASES, Case, all_cases, lines_of, octolog

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
    """Logs made for an alert that no case shows, and a twin that differs in little and must not fire."""

    alert: str
    fires: list[str]
    stays_silent: list[str] = field(default_factory=list)


def events_of(*logs: Path | str, options: tuple[object, ...] = ()) -> list[str]:
    return lines_of(octolog("--format", "events", *options, *logs).stdout)


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
            Scenario("startup-stuck", self.silent(minutes=15), self.silent(minutes=5)),
            Scenario("restart-loop", self.looping(seconds=20), self.looping(seconds=400)),
            Scenario("unrecognised-lines", self.strange(lines=40), self.strange(lines=4)),
        ]

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def silent(self, minutes: int) -> list[str]:
        """A Server that hangs in its database command, while another container of its Compose project writes for so
        long."""
        hanging = lines_of((CASES / "server-2018.3.13-cut-in-database" / "input.log").read_text())
        other = [
            "VERBOSE: [2018-07-06T08:00:17] Configuring Octopus Deploy Tentacle",
            f"VERBOSE: [2018-07-06T08:{minutes:02}:17]  - server endpoint 'https://octopus.corp.example'",
        ]
        lines = [*(f"octopus_1   | {line}" for line in hanging), *(f"tentacle_1  | {line}" for line in other)]
        return events_of(self.write(f"silent-{minutes}.log", "\n".join(lines) + "\n"))

    def looping(self, seconds: int) -> list[str]:
        """A database that starts four times, so many seconds apart, as `docker logs -t` prints it."""
        log = (CASES / "sql-server-2022-weak-sa-password" / "input.log").read_text()
        first = log.index("SQL Server 2019 will run")
        boot = lines_of(log[first : log.index("SQL Server 2019 will run", first + 1)])
        stamped = []
        for number in range(4):
            at = number * seconds
            stamp = f"2023-04-03T{14 + at // 3600}:{at // 60 % 60:02}:{at % 60:02}.000000001Z"
            # The program's own times would all be those of the first boot.
            stamped += [f"{stamp} {line}" for line in boot if not line.startswith("2023-")]
        return events_of(self.write(f"looping-{seconds}.log", "\n".join(stamped) + "\n"))

    def strange(self, lines: int) -> list[str]:
        """A good start with lines of an image that nobody knows yet in it."""
        log = lines_of((CASES / "tentacle-6.1.1403-linux-restart-skips" / "input.log").read_text())
        new = [f"2022-03-29T10:10:10.99{number:07}Z Calibrating flux {number} of new image" for number in range(lines)]
        return events_of(self.write(f"strange-{lines}.log", "\n".join([*log[:12], *new, *log[12:]]) + "\n"))
