"""A log shipper between containers and alerts: what it reads, what it and octolog write, and tests of that."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from containers import ALERTS, FAILED, LOGS, LONG, NAMES, SECRETS, json_file, lines
from harness import OCTOLOG, configured, free_port, parsed, wait_for

# A container without a tag is named by its id.
NAMELESS = "c0ffee" * 10 + "0123"
# Containers beside those of LOGS: their startups fail as that of "refused" does, their logs come in other ways.
OTHERS = [NAMELESS[:12], "filed", "wordy", "sent"]


def whole(path: Path) -> str:
    """The complete lines of a file that may grow, or not be there yet."""
    text = path.read_text() if path.exists() else ""
    return text[: text.rfind("\n") + 1]


def processes() -> Iterator[tuple[int, tuple[str, str, int]]]:
    """By its id: a process's name, its state, and who started it."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            shape = re.match(r"\d+ \((.*)\) (\S) (\d+) ", status.read_text())
        except OSError:
            continue
        if shape:
            yield int(status.parent.name), (shape[1], shape[2], int(shape[3]))


class Watcher(ABC):
    """Has octolog read what containers print, and raises alerts from its events."""

    @property
    @abstractmethod
    def events(self) -> list[dict]: ...

    @property
    @abstractmethod
    def alerts(self) -> dict[tuple[str, str], dict]:
        """By the alert and the container."""

    @property
    @abstractmethod
    def passed_on(self) -> str:
        """The text of all events and alerts."""

    @property
    def containers(self) -> set[str]:
        return {event["data"].get("container") for event in self.events}

    def of_type(self, name: str) -> list[dict]:
        """The data of these events."""
        return [event["data"] for event in self.events if event["type"] == f"octolog.{name}.v1"]


class Shipper(Watcher):
    """A configuration as it is shipped, in a folder of its own with the folders that it names."""

    def __init__(self, folder: Path, shipped: Path, more: dict[str, object] | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.docker = folder / "docker"
        self.logs = folder / "octopus"
        self.output = folder / "log"
        for path in (self.docker, self.logs, self.output):
            path.mkdir()
        self.shipped = configured(
            shipped,
            folder / "octolog.conf",
            {
                "/usr/local/bin/octolog": OCTOLOG,
                "/var/lib/docker/containers": self.docker,
                "/var/lib/octolog": folder,
                "/var/log/octopus": self.logs,
                "/var/log/octolog": self.output,
                "5514": self.port,
                **(more or {}),
            },
        )

    @abstractmethod
    def running(self) -> AbstractContextManager[subprocess.Popen]:
        """The shipper runs until the end of the block."""

    def ship_all(self) -> None:
        """All containers print what they print, and all that has to come comes."""
        with self.running():
            for number, (name, log) in enumerate(LOGS.items(), start=1):
                self.print_container(f"{number:064x}", log, name)
            self.print_container(NAMELESS, FAILED, None)
            self.print_file("filed", FAILED)
            wait_for(lambda: self.events, "octolog runs")
            self.send("sent", FAILED)
            self.send("wordy", LONG)
            wait_for(lambda: {*LOGS, *OTHERS} <= self.containers, "octolog knows all containers")
            wait_for(lambda: ("master-key-printed", "keymaker") in self.alerts, "an alert while octolog runs")
        # With the shipper octolog has ended, and told what it was waiting for; the shipper reads that when it is back.
        with self.running():
            awaited = {(alert, firing) for alert, firing, _ in ALERTS}
            awaited |= {("startup-failed", name) for name in OTHERS}
            wait_for(lambda: awaited <= set(self.alerts), "the alerts are raised")
        # Now nothing more can come.

    def print_container(self, identity: str, log: bytes, name: str | None) -> None:
        """By Docker's default driver."""
        folder = self.docker / identity
        folder.mkdir()
        (folder / f"{identity}-json.log").write_bytes(json_file(log, name))

    def print_file(self, name: str, log: bytes) -> None:
        (self.logs / f"{name}.log").write_bytes(log)

    def send(self, name: str, log: bytes) -> None:
        """By Docker's syslog driver."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for line in lines(log):
                message = f"<30>Jul  2 09:15:01 docker-host {name}[812]: ".encode() + line
                sender.sendto(message, ("127.0.0.1", self.port))

    def end_octolog(self, shipper: int) -> None:
        """Kills the octolog that the shipper with this process id has started, and waits until it is gone."""
        # The kernel keeps 15 bytes of a name.
        wanted = (OCTOLOG.name[:15], shipper)
        (child,) = (pid for pid, (name, _, parent) in processes() if (name, parent) == wanted)
        os.kill(child, signal.SIGKILL)
        wait_for(lambda: dict(processes()).get(child, ("", "Z", 0))[1] == "Z", "octolog is gone")

    @property
    def events(self) -> list[dict]:
        return parsed(whole(self.output / "events.ndjson"))

    @property
    def alerts(self) -> dict[tuple[str, str], dict]:
        found = {}
        for line in whole(self.output / "alerts.log").splitlines():
            shape = re.fullmatch(r"<131>1 \S+ \S+ octolog - (\S+) - (\{.*\})", line)
            assert shape, line
            alert = json.loads(shape[2])
            assert alert["alert"] == shape[1]
            found[alert["alert"], alert["container"]] = alert
        return found

    @property
    def passed_on(self) -> str:
        return "".join((self.output / file).read_text() for file in ("events.ndjson", "alerts.log"))


class WatcherTests:
    """What holds of every watcher. A module that derives from it has a fixture `here`, which read LOGS and "wordy"."""

    @pytest.mark.parametrize(("alert", "container"), [(alert, firing) for alert, firing, _ in ALERTS], ids=NAMES)
    def test_alert_fires(self, here: Watcher, alert: str, container: str) -> None:
        raised = here.alerts[alert, container]
        assert raised["what"] and raised["severity"] and raised["id"]

    @pytest.mark.parametrize(("alert", "container"), [(alert, calm) for alert, _, calm in ALERTS], ids=NAMES)
    def test_alert_does_not_fire(self, here: Watcher, alert: str, container: str) -> None:
        assert container in here.containers
        assert (alert, container) not in here.alerts

    def test_healthy_container_raises_nothing(self, here: Watcher) -> None:
        assert not [alert for alert, container in here.alerts if container == "healthy"]

    def test_long_lines_are_whole(self, here: Watcher) -> None:
        commands = here.of_type("command.executed")
        (options,) = [command["options"] for command in commands if command["container"] == "wordy"]
        assert options[-1]["name"] == "last"

    def test_no_secret_is_passed_on(self, here: Watcher) -> None:
        text = here.passed_on
        assert not [secret for secret in SECRETS if secret in text]


class ShipperTests(WatcherTests):
    """What holds of every shipper, too; `here` is one that has shipped all."""

    @pytest.mark.parametrize("container", ["refused", *OTHERS])
    def test_failed_startup_is_the_same_whichever_way_its_log_came(self, here: Shipper, container: str) -> None:
        alert = here.alerts["startup-failed", container]
        assert (alert["cause"], alert["phase"], alert["startup"]) == ("sql-login-failed", "database", "1")
        assert alert["what"] == "SQL Server refused the login"

    def test_containers_of_one_stream_are_told_apart(self, here: Shipper) -> None:
        began = [data["container"] for data in here.of_type("startup.began")]
        starts = {**dict.fromkeys([*LOGS, *OTHERS], 1), "stuck": 2, "looping": 3}
        assert {name: began.count(name) for name in began} == starts
