"""octolog reads containers from the journal, writes its events back, and alerts come from those."""

from __future__ import annotations

import configparser
import json
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from containers import ALERTS, LOGS, LONG, lines
from harness import INTEGRATIONS, LIMIT, OCTOLOG, configured, end, missing, parsed, program, wait_for
from shipper import Watcher, WatcherTests

FOLDER = INTEGRATIONS / "journald"
UNITS = ["octolog-journal@.service", "octolog-alerts.service", "octolog-duplicates.service", "octolog-duplicates.timer"]
# journald does not run without one; a machine that has never booted may have none.
MACHINE_ID = Path("/etc/machine-id")
CONFIGURATION = """[Journal]
Storage=volatile
RateLimitIntervalSec=0
ReadKMsg=no
Audit=no
ForwardToSyslog=no
ForwardToWall=no
"""
# What Docker's journald driver sends, one datagram a line, each with the fields of a container.
SENDER = """
import json, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
    journal.connect("/run/systemd/journal/socket")
    for line in sys.stdin:
        name, text = json.loads(line)
        fields = {"PRIORITY": "6", "CONTAINER_NAME": name, "CONTAINER_TAG": name, "SYSLOG_IDENTIFIER": name,
                  "CONTAINER_ID": (name.encode().hex() + "0" * 12)[:12]}
        entry = "".join(f"{key}={value}\\n" for key, value in fields.items()).encode()
        message = text.encode()
        journal.send(entry + b"MESSAGE\\n" + len(message).to_bytes(8, "little") + message + b"\\n")
"""


class Journal(Watcher):
    """A journald in a mount namespace of its own, where /run is a folder of this test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen | None = None
        self.systemd = program("systemd", "systemd-journald")
        tools = [program("systemd", "journalctl"), program("systemd", "systemd-cat"), program("jq", "jq")]
        folders = [*dict.fromkeys(str(tool.path.parent) for tool in tools), os.environ["PATH"]]
        libraries = [tool.environment.get("LD_LIBRARY_PATH", "") for tool in tools]
        self.environment = {
            **self.systemd.environment,
            "PATH": ":".join(folders),
            "LD_LIBRARY_PATH": ":".join(filter(None, dict.fromkeys(libraries))),
        }

    @contextmanager
    def running(self) -> Iterator[None]:
        run = self.folder / "run"
        (run / "systemd" / "journald.conf.d").mkdir(parents=True)
        (run / "systemd" / "journald.conf.d" / "test.conf").write_text(CONFIGURATION)
        mounts = [f"mount --bind {run} /run"]
        if not MACHINE_ID.exists() or not MACHINE_ID.read_text().strip():
            shutil.copytree("/etc", self.folder / "etc", symlinks=True)
            (self.folder / "etc" / "machine-id").write_text("0123456789abcdef" * 2 + "\n")
            mounts.append(f"mount --bind {self.folder}/etc /etc")
        script = " && ".join(["mount --make-rprivate /", *mounts, f"exec {self.systemd.path}"])
        with (self.folder / "console").open("ab") as console:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "sh", "-c", script],
                stdin=subprocess.DEVNULL, stdout=console, stderr=subprocess.STDOUT, env=self.environment,
                start_new_session=True,
            )
        try:
            wait_for((run / "systemd" / "journal" / "stdout").exists, "journald runs")
            yield
        finally:
            end(self.process)

    def inside(self, *command: object) -> list[str]:
        assert self.process
        return ["nsenter", "--mount", "--target", str(self.process.pid), *map(str, command)]

    def run(self, *command: object, stdin: str | None = None) -> str:
        result = subprocess.run(
            self.inside(*command), input=stdin, env=self.environment, capture_output=True, text=True, timeout=LIMIT,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout

    def send(self, name: str, log: bytes) -> None:
        messages = [json.dumps([name, line.decode()]) + "\n" for line in lines(log)]
        self.run("python3", "-c", SENDER, stdin="".join(messages))

    def read(self, *options: str) -> list[dict]:
        """The messages of the journal, as an operator reads them."""
        self.run("journalctl", "--sync")
        return parsed(self.run("journalctl", "--quiet", "--no-pager", "--output=cat", "--all", *options))

    @property
    def events(self) -> list[dict]:
        return self.read("--identifier=octolog")

    @property
    def alerts(self) -> dict[tuple[str, str], dict]:
        return {(alert["alert"], alert["container"]): alert for alert in self.read("--identifier=octolog-alert")}

    @property
    def passed_on(self) -> str:
        return json.dumps([self.events, list(self.alerts.values())])

    def command(self, name: str, instance: str) -> list[str]:
        """A unit's command line as it stands, with what systemd would do about its output."""
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str  # type: ignore[assignment]
        unit.read(FOLDER / name)
        service = unit["Service"]
        assert service["StandardOutput"] == "journal"
        line = service["ExecStart"]
        for shipped, here in {"%i": instance, "/usr/local/bin/octolog": OCTOLOG, "/etc/octolog": FOLDER}.items():
            line = line.replace(shipped, str(here))
        options = [f"--identifier={service['SyslogIdentifier']}", f"--level-prefix={service['SyslogLevelPrefix']}"]
        return self.inside("systemd-cat", *options, *shlex.split(line))

    @contextmanager
    def unit(self, name: str, instance: str = "") -> Iterator[subprocess.Popen]:
        """A unit that is started and stopped, in systemd's way: all its processes at once."""
        process = subprocess.Popen(
            self.command(name, instance),
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=self.environment, start_new_session=True,
        )
        try:
            yield process
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            wait_for(lambda: process.poll() is not None and not alive(process.pid), f"{name} ends")
        finally:
            end(process)

    def once(self, name: str) -> None:
        """A unit that ends by itself."""
        subprocess.run(self.command(name, ""), env=self.environment, timeout=LIMIT, check=True)


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    """All containers have printed what they print, and the units have run."""
    if subprocess.run(["unshare", "--mount", "true"], stderr=subprocess.DEVNULL, check=False).returncode:
        missing("a journald of the test's own needs root, and a mount namespace")
    here = Journal(tmp_path_factory.mktemp("journald"))
    with here.running(), here.unit("octolog-alerts.service"):
        here.send("wordy", LONG)
        with ExitStack() as units:
            running = [units.enter_context(here.unit("octolog-journal@.service", name)) for name in [*LOGS, "wordy"]]
            wait_for(lambda: len(here.of_type("run.started")) == len(running), "octolog runs for each container")
            for name, log in LOGS.items():
                here.send(name, log)
            wait_for(lambda: {*LOGS, "wordy"} <= here.containers, "octolog knows all containers")
            wait_for(lambda: ("master-key-printed", "keymaker") in here.alerts, "an alert while octolog runs")
            for unit in running:
                os.killpg(unit.pid, signal.SIGTERM)
        # The units have ended, and octolog has told what it was waiting for.
        here.once("octolog-duplicates.service")
        wait_for(lambda: {(alert, firing) for alert, firing, _ in ALERTS} <= set(here.alerts), "the alerts are raised")
        yield here


class TestJournald(WatcherTests):
    """What holds of every watcher."""


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_accepts_the_unit(unit: str, tmp_path: Path) -> None:
    analyze = program("systemd", "systemd-analyze")
    result = analyze.run("verify", "--man=no", FOLDER / unit)
    assert result.returncode == 0
    assert not result.stderr, result.stderr
    broken = configured(FOLDER / unit, tmp_path / unit, {"[Unit]\n": "[Unit]\nAfterwards=x\n"})
    assert "Afterwards" in analyze.run("verify", "--man=no", broken).stderr


def test_events_have_the_journals_priority(here: Journal) -> None:
    priorities = {"critical": "2", "high": "3", "medium": "4", "low": "5", "info": "6"}
    entries = parsed(here.run("journalctl", "--quiet", "--output=json", "--all", "--identifier=octolog"))
    for entry in entries:
        assert entry["PRIORITY"] == priorities[json.loads(entry["MESSAGE"])["severitytext"]]
    errors = here.read("--identifier=octolog", "--priority=err")
    assert {"octolog.startup.failed.v1", "octolog.registration.duplicate.v1"} <= {event["type"] for event in errors}
    assert not [event for event in errors if event["severitytext"] in ("medium", "low", "info")]


def test_each_unit_ends_its_stream(here: Journal) -> None:
    # One for each container, "wordy" among them, and that of the search for duplicates.
    assert len(here.of_type("run.finished")) == len(here.of_type("run.started")) == len(LOGS) + 2


def test_log_of_before_the_unit_is_read(here: Journal) -> None:
    assert "wordy" in {data["container"] for data in here.of_type("startup.failed")}
