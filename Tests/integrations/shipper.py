"""A log shipper between containers and alerts: what it reads, and what it and octolog write."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

from containers import json_file, lines
from harness import OCTOLOG, configured, free_port, parsed, wait_for

# A container without a tag is named by its id.
NAMELESS = "c0ffee" * 10 + "0123"


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


class Shipper:
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
    def containers(self) -> set[str]:
        return {event["data"].get("container") for event in self.events}

    def of_type(self, name: str) -> list[dict]:
        """The data of these events."""
        return [event["data"] for event in self.events if event["type"] == f"octolog.{name}.v1"]

    @property
    def alerts(self) -> dict[tuple[str, str], dict]:
        """By the alert and the container."""
        found = {}
        for line in whole(self.output / "alerts.log").splitlines():
            shape = re.fullmatch(r"<131>1 \S+ \S+ octolog - (\S+) - (\{.*\})", line)
            assert shape, line
            alert = json.loads(shape[2])
            assert alert["alert"] == shape[1]
            found[alert["alert"], alert["container"]] = alert
        return found
