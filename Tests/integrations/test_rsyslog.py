"""rsyslog feeds octolog with what containers print, and raises alerts from its events."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from containers import FAILED
from harness import INTEGRATIONS, daemon, lines_of, program, wait_for
from shipper import Shipper, ShipperTests, whole

FOLDER = INTEGRATIONS / "rsyslog"


class Rsyslog(Shipper):
    def __init__(self, folder: Path) -> None:
        self.program = program("rsyslog", "rsyslogd")
        super().__init__(folder, FOLDER / "octolog.conf")
        (folder / "work").mkdir()
        # As Debian's own, which loads modules before it includes others' files.
        (folder / "rsyslog.conf").write_text(
            f'module(load="imuxsock" SysSock.Use="off")\nglobal(workDirectory="{folder}/work")\n'
            f'include(file="{self.shipped}")\n'
            f'*.* action(type="omfile" file="{folder}/own.log")\n'
        )

    def options(self, *more: str) -> list[str]:
        folders = [path for path in self.program.root.glob("usr/lib/*/rsyslog") if path.is_dir()]
        modules = ["-M", str(folders[0])] if folders else []
        return [*modules, "-f", f"{self.folder}/rsyslog.conf", "-i", f"{self.folder}/pid", *more]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen]:
        with daemon(self.program, "-n", *self.options(), log=self.folder / "console") as process:
            yield process


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Rsyslog:
    here = Rsyslog(tmp_path_factory.mktemp("rsyslog"))
    here.ship_all()
    return here


class TestRsyslog(ShipperTests):
    """What holds of every shipper."""


def test_rsyslog_accepts_the_configuration(here: Rsyslog) -> None:
    result = here.program.run(*here.options("-N1"))
    assert result.returncode == 0, result.stderr
    assert "error" not in result.stderr.lower() and "warning" not in result.stderr.lower(), result.stderr


def test_rsyslog_has_nothing_to_complain_of(here: Rsyslog) -> None:
    said = (here.folder / "console").read_text() + whole(here.folder / "own.log")
    # At its first start there are no events yet.
    others = [line for line in lines_of(said) if "events.ndjson' does not exist" not in line]
    assert not others, others


def test_events_of_two_runs_are_kept(tmp_path: Path) -> None:
    here = Rsyslog(tmp_path)
    for name in ("before", "after"):
        with here.running():
            here.print_file(name, FAILED)
            wait_for(lambda name=name: ("secret-exposed", name) in here.alerts, f"an alert of {name}")
    # What was read before the restart is not read again.
    assert [data["container"] for data in here.of_type("startup.failed")] == ["before", "after"]
    assert len(here.of_type("run.finished")) == 2


def test_octolog_is_started_again(tmp_path: Path) -> None:
    here = Rsyslog(tmp_path)
    with here.running() as process:
        here.print_file("before", FAILED)
        wait_for(lambda: "before" in here.containers, "octolog runs")
        here.end_octolog(process.pid)
        here.print_file("after", FAILED)
        # The line that finds the pipe closed starts it; what it takes over is told from there.
        wait_for(lambda: len(here.of_type("run.started")) == 2, "octolog runs again")
        here.print_file("later", FAILED)
        wait_for(lambda: ("secret-exposed", "later") in here.alerts, "an alert")


def test_files_may_be_rotated(tmp_path: Path) -> None:
    here = Rsyslog(tmp_path)
    with here.running() as process:
        here.print_file("before", FAILED)
        wait_for(lambda: ("secret-exposed", "before") in here.alerts, "the first alert")
        for name in ("events.ndjson", "alerts.log"):
            (here.output / name).rename(here.output / f"{name}.1")
        process.send_signal(signal.SIGHUP)

        def opened(numbers: Iterator[int] = count()) -> bool:
            """The signal takes a moment, and only output opens the file anew."""
            here.print_file(f"between{next(numbers)}", FAILED)
            return (here.output / "events.ndjson").exists()

        wait_for(opened, "the file is opened anew")
        here.print_file("after", FAILED)
        wait_for(lambda: ("secret-exposed", "after") in here.alerts, "the second alert")
    assert "before" not in {data["container"] for data in here.of_type("startup.began")}


def test_alerts_are_forwarded_as_the_readme_says(tmp_path: Path) -> None:
    readme = (FOLDER / "README.md").read_text()
    action = re.search(r"^  action\(type=\"omfwd\".*$", readme, re.MULTILINE)
    assert action
    here = Rsyslog(tmp_path)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(60)
        forward = action[0].replace("alerts.example", "127.0.0.1").replace('"514"', f'"{receiver.getsockname()[1]}"')
        assert forward != action[0]
        beginning = 'ruleset(name="octolog_alert") {\n'
        text = here.shipped.read_text()
        assert beginning in text
        here.shipped.write_text(text.replace(beginning, f"{beginning}{forward}\n"))
        with here.running():
            here.print_file("web", FAILED)
            received = receiver.recv(65536).decode()
    assert re.match(r"<131>1 \S+ \S+ octolog - secret-exposed - \{", received)
