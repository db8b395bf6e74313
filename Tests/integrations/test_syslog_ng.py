"""syslog-ng feeds octolog with what containers print, and raises alerts from its events."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from containers import ALERTS, FAILED, LOGS, LONG, NAMES, SECRETS, case
from harness import INTEGRATIONS, daemon, program, wait_for
from shipper import NAMELESS, Shipper

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
def syslog_ng(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyslogNg]:
    """All containers have printed what they print, and all that has to come has come."""
    here = SyslogNg(tmp_path_factory.mktemp("syslog-ng"))
    with here.running():
        for number, (name, log) in enumerate(LOGS.items(), start=1):
            here.print_container(f"{number:064x}", log, name)
        here.print_container(NAMELESS, FAILED, None)
        here.print_file("filed", FAILED)
        wait_for(lambda: here.events, "octolog runs")
        here.send("sent", FAILED)
        here.send("wordy", LONG)
        known = {*LOGS, NAMELESS[:12], "filed", "wordy", "sent"}
        wait_for(lambda: known <= here.containers, "octolog knows all containers")
        wait_for(lambda: ("master-key-printed", "keymaker") in here.alerts, "an alert while octolog runs")
    # With syslog-ng octolog has ended, and told what it was waiting for; syslog-ng reads that when it is back.
    with here.running():
        awaited = {(alert, firing) for alert, firing, _ in ALERTS}
        awaited |= {("startup-failed", name) for name in (NAMELESS[:12], "filed", "wordy", "sent")}
        wait_for(lambda: awaited <= set(here.alerts), "the alerts are raised")
    # Now nothing more can come.
    yield here


def test_syslog_ng_accepts_the_configuration(syslog_ng: SyslogNg) -> None:
    result = syslog_ng.program.run(*syslog_ng.options("--syntax-only"))
    assert result.returncode == 0, result.stderr
    assert not result.stderr, result.stderr


def test_syslog_ng_has_nothing_to_complain_of(syslog_ng: SyslogNg) -> None:
    console = (syslog_ng.folder / "console").read_text()
    assert not re.search("error|warning|log_iw_size", console, re.IGNORECASE), console


@pytest.mark.parametrize(("alert", "container"), [(alert, firing) for alert, firing, _ in ALERTS], ids=NAMES)
def test_alert_fires(syslog_ng: SyslogNg, alert: str, container: str) -> None:
    raised = syslog_ng.alerts[alert, container]
    assert raised["what"] and raised["severity"] and raised["id"]


@pytest.mark.parametrize(("alert", "container"), [(alert, calm) for alert, _, calm in ALERTS], ids=NAMES)
def test_alert_does_not_fire(syslog_ng: SyslogNg, alert: str, container: str) -> None:
    assert container in syslog_ng.containers
    assert (alert, container) not in syslog_ng.alerts


def test_healthy_container_raises_nothing(syslog_ng: SyslogNg) -> None:
    assert not [alert for alert, container in syslog_ng.alerts if container == "healthy"]


@pytest.mark.parametrize("container", ["refused", NAMELESS[:12], "filed", "wordy", "sent"])
def test_failed_startup_is_the_same_whichever_way_its_log_came(syslog_ng: SyslogNg, container: str) -> None:
    alert = syslog_ng.alerts["startup-failed", container]
    assert (alert["cause"], alert["phase"], alert["startup"]) == ("sql-login-failed", "database", "1")
    assert alert["what"] == "SQL Server refused the login"


def test_long_lines_are_whole(syslog_ng: SyslogNg) -> None:
    commands = syslog_ng.of_type("command.executed")
    (options,) = [command["options"] for command in commands if command["container"] == "wordy"]
    assert options[-1]["name"] == "last"


def test_containers_of_one_stream_are_told_apart(syslog_ng: SyslogNg) -> None:
    began = [data["container"] for data in syslog_ng.of_type("startup.began")]
    starts = {**dict.fromkeys(LOGS, 1), "stuck": 2, "looping": 3, NAMELESS[:12]: 1, "filed": 1, "wordy": 1, "sent": 1}
    assert {name: began.count(name) for name in began} == starts


def test_no_secret_is_passed_on(syslog_ng: SyslogNg) -> None:
    for file in ("events.ndjson", "alerts.log"):
        text = (syslog_ng.output / file).read_text()
        assert not [secret for secret in SECRETS if secret in text]


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
