"""The unit that appends a container's events to a file tells each run of the container once."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

import pytest

from harness import CASES, INTEGRATIONS, LIMIT, OCTOLOG, configured, parsed, program

FOLDER = INTEGRATIONS / "systemd"
# `docker inspect` prints the file state; `docker logs` the file log, and says what it was called with.
DOCKER = """#!/bin/sh
cd "$(dirname "$0")"
case $1 in
inspect) cat state ;;
logs) echo "$@" >> calls; cat log >&2 ;;
esac
"""


class Host:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "docker").write_text(DOCKER)
        (folder / "docker").chmod(0o755)
        (folder / "calls").touch()

    def is_in(self, state: str, log: str = "") -> None:
        (self.folder / "state").write_text(state + "\n")
        (self.folder / "log").write_bytes((CASES / log / "input.log").read_bytes() if log else b"")

    def follow(self, limit: float = LIMIT, **environment: str) -> None:
        settings = {
            "PATH": f"{self.folder}:{os.environ['PATH']}", "OCTOLOG": str(OCTOLOG), "LOGS": str(self.folder),
            "RUNTIME_DIRECTORY": str(self.folder), "PAUSE": "0.1", **environment,
        }
        subprocess.run(
            ["sh", FOLDER / "follow.sh", "octopus"], env={**os.environ, **settings}, check=True, timeout=limit
        )

    @property
    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()

    def waits(self) -> bool:
        before = len(self.calls)
        with pytest.raises(subprocess.TimeoutExpired):
            self.follow(limit=1)
        return len(self.calls) == before


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def test_each_run_is_told_once_and_appended(host: Host) -> None:
    host.is_in("true abc 2026-11-27T10:00:00.5Z", "server-2018.3.13-sql-unreachable")
    host.follow()
    events = parsed((host.folder / "octopus.events").read_text())
    names = {event["data"]["container"] for event in events if "startup" in event["type"]}
    assert names == {f"{platform.node()}/octopus"}
    assert "octolog.startup.failed.v1" in {event["type"] for event in events}
    assert host.calls == ["logs --follow --timestamps --since 2026-11-27T10:00:00Z octopus"]
    # It is over, and has been told.
    host.is_in("false abc 2026-11-27T10:00:00.5Z")
    assert host.waits()
    host.is_in("true abc 2026-11-27T11:00:00Z", "server-2018.3.13-first-start")
    host.follow()
    assert host.calls[1:] == ["logs --follow --timestamps --since 2026-11-27T11:00:00Z octopus"]
    both = parsed((host.folder / "octopus.events").read_text())
    assert both[: len(events)] == events and len(both) > len(events)


def test_a_run_that_ended_before_is_told(host: Host) -> None:
    host.is_in("false abc 2026-11-27T10:00:00Z", "server-2018.3.13-sql-unreachable")
    host.follow()
    assert len(host.calls) == 1 and host.waits()


def test_a_run_whose_log_was_cut_is_read_again(host: Host) -> None:
    host.is_in("true abc 2026-11-27T10:00:00Z", "server-2018.3.13-cut-in-database")
    host.follow()
    host.follow()
    assert len(host.calls) == 2


def test_a_run_of_something_else_is_told_once(host: Host) -> None:
    host.is_in("false abc 2026-11-27T10:00:00Z")
    (host.folder / "log").write_text("hello\n")
    host.follow()
    assert len(host.calls) == 1 and host.waits()


def test_it_fails_when_octolog_does(host: Host) -> None:
    host.is_in("false abc 2026-11-27T10:00:00Z")
    with pytest.raises(subprocess.CalledProcessError):
        host.follow(FORMAT="none")
    assert not (host.folder / "octopus.told").exists()


def test_it_waits_for_a_container_that_was_never_started(host: Host) -> None:
    host.is_in("false abc 0001-01-01T00:00:00Z")
    assert host.waits()


def test_it_waits_for_a_container_that_is_not_there(host: Host) -> None:
    (host.folder / "docker").write_text("#!/bin/sh\nexit 1\n")
    assert host.waits()


@pytest.mark.parametrize("form", ["ecs", "otlp", "clef"])
def test_it_writes_the_form_that_the_shipper_reads(host: Host, form: str) -> None:
    host.is_in("true abc 2026-11-27T10:00:00Z", "server-2018.3.13-sql-unreachable")
    host.follow(FORMAT=form)
    assert "SQL Server can't be reached" in (host.folder / f"octopus.{form}").read_text()


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    analyze = program("systemd", "systemd-analyze")
    unit = FOLDER / "octolog-events@.service"
    result = analyze.run("verify", "--man=no", unit)
    assert result.returncode == 0 and not result.stderr, result.stderr
    broken = configured(unit, tmp_path / unit.name, {"[Unit]\n": "[Unit]\nAfterwards=x\n"})
    assert "Afterwards" in analyze.run("verify", "--man=no", broken).stderr


def test_every_form_is_rotated() -> None:
    text = (FOLDER / "octolog.logrotate").read_text()
    assert "copytruncate" in text
    for form in ("events", "ecs", "otlp", "clef"):
        assert f"/var/log/octolog/*.{form}\n" in text
