"""syslog-ng feeds octolog with what containers print, and raises alerts from its events."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from containers import FAILED, case
from harness import INTEGRATIONS, daemon, program, wait_for
from shipper import Shipper, ShipperTests

FOLDER = INTEGRATIONS / "syslog-ng"


class SyslogNg(Shipper):
    def __init__(self, folder: Path, replacements: dict[str, object] | None = None) -> None:
        self.program = program("syslog-ng-core", "syslog-ng")
        super().__init__(folder, FOLDER / "octolog.conf", replacements)
        (folder / "syslog-ng.conf").write_text(f'@version: 3.38\n@include "{self.shipped}"\n')

    def options(self, *more: str) -> list[str]:
        folders = [path for path in self.program.root.glob("usr/lib/syslog-ng/*") if path.is_dir()]
        modules = ["--module-path", str(folders[0])] if folders else []
        here = self.folder
        files = ["-f", f"{here}/syslog-ng.conf", "-R", f"{here}/persist", "-c", f"{here}/control", "-p", f"{here}/pid"]
        return [*modules, *files, *more]

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen]:
        with daemon(self.program, "--foreground", *self.options(), log=self.folder / "console") as process:
            yield process


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> SyslogNg:
    here = SyslogNg(tmp_path_factory.mktemp("syslog-ng"))
    here.ship_all()
    return here


class TestSyslogNg(ShipperTests):
    """What holds of every shipper."""


def test_syslog_ng_accepts_the_configuration(here: SyslogNg) -> None:
    result = here.program.run(*here.options("--syntax-only"))
    assert result.returncode == 0, result.stderr
    assert not result.stderr, result.stderr


def test_syslog_ng_has_nothing_to_complain_of(here: SyslogNg) -> None:
    console = (here.folder / "console").read_text()
    assert not re.search("error|warning|log_iw_size", console, re.IGNORECASE), console


def test_startup_that_goes_no_further_is_told_while_it_waits(tmp_path: Path) -> None:
    # What is ten minutes for an operator is two seconds here.
    here = SyslogNg(tmp_path, {"timeout(600)": "timeout(2)"})
    with here.running():
        here.print_file("waiting", case("server-2018.3.13-cut-in-database"))
        alert = wait_for(lambda: here.alerts.get(("startup-stuck", "waiting")), "the alert")
        assert not here.of_type("startup.unfinished")
    assert alert["what"] == "nothing came after phase database"


def test_events_of_two_runs_are_kept(tmp_path: Path) -> None:
    here = SyslogNg(tmp_path)
    for runs, name in enumerate(("before", "after"), start=1):
        with here.running():
            here.print_file(name, FAILED)
            wait_for(lambda name=name: ("secret-exposed", name) in here.alerts, f"an alert of {name}")
        # syslog-ng does not wait for it.
        wait_for(lambda runs=runs: len(here.of_type("run.finished")) == runs, "octolog ends too")
    # What was read before the restart is not read again.
    assert [data["container"] for data in here.of_type("startup.failed")] == ["before", "after"]


def test_octolog_is_started_again(tmp_path: Path) -> None:
    here = SyslogNg(tmp_path)
    with here.running() as process:
        here.print_file("before", FAILED)
        wait_for(lambda: "before" in here.containers, "octolog runs")
        here.end_octolog(process.pid)
        wait_for(lambda: len(here.of_type("run.started")) == 2, "octolog runs again")
        here.print_file("after", FAILED)
        wait_for(lambda: ("secret-exposed", "after") in here.alerts, "an alert")


def test_files_may_be_rotated_by_copy_and_truncate(tmp_path: Path) -> None:
    here = SyslogNg(tmp_path)
    with here.running():
        here.print_file("before", FAILED)
        wait_for(lambda: ("secret-exposed", "before") in here.alerts, "the first alert")
        os.truncate(here.output / "events.ndjson", 0)
        here.print_file("after", FAILED)
        wait_for(lambda: ("secret-exposed", "after") in here.alerts, "the second alert")
        assert [data["container"] for data in here.of_type("startup.began")] == ["after"]
