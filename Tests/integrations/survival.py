"""What the tests share of runs that are killed, and of files that are followed."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

from harness import CASES, LIMIT, OCTOLOG, missing, wait_for

# Logs of one file, each with startups.
NAMES = [
    "server-2018.3.13-failed-then-ok", "tentacle-3.22-registered-again", "story-a-weak-sa-password",
    "server-2018.3.13-first-start", "tentacle-5.0.12-ghost-compose", "story-b-server-before-sql",
]
# The rule that says that the end was read.
MARK = "the-end-of-this-log"
RULES = f"""rules:
  - id: own.mark
    title: A mark
    level: low
    pattern: "{MARK}-[0-9]+"
    matches: ["{MARK}-1"]
    misses: ["the-end"]
"""


def log(name: str) -> bytes:
    return (CASES / name / "input.log").read_bytes()


def mark(number: int) -> bytes:
    return f"{MARK}-{number}\n".encode()


def pieces(seed: int, count: int) -> list[bytes]:
    """Startups and work, in an order of the seed's."""
    chance = random.Random(seed)
    made = []
    for number in range(count):
        work = "".join(f"Task ServerTasks-{number}-{line} went on for a while\n" for line in range(chance.randrange(200)))
        made.append(log(chance.choice(NAMES)) + work.encode())
    return made


def lines(path: Path) -> list[bytes]:
    """The lines of a file; what has no end is none."""
    return path.read_bytes().split(b"\n")[:-1] if path.exists() else []


def told(output: list[bytes]) -> list[bytes]:
    """What a consumer keeps: of each source and id the first event, and of a run only that of containers."""
    kept: dict[tuple[str, str], bytes] = {}
    for line in output:
        event = json.loads(line)
        if event["source"] != "urn:octolog:run":
            kept.setdefault((event["source"], event["id"]), line)
    return list(kept.values())


def faults(folder: Path) -> Path:
    """What lets a program fail at one of its calls, built."""
    library = folder / "faults.so"
    if not library.exists():
        source = Path(__file__).with_name("faults.c")
        for compiler in ("cc", "clang", "gcc"):
            try:
                subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
                return library
            except FileNotFoundError:
                continue
        missing("there is no C compiler: no faults can be made")
    return library


class Run:
    """A run of octolog in a folder."""

    def __init__(self, folder: Path, *arguments: object, **options: object) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [OCTOLOG, *map(str, arguments)], cwd=folder, stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=options.pop("stdout", subprocess.DEVNULL), stderr=subprocess.PIPE, **options,
        )

    def kill(self) -> None:
        self.process.kill()
        self.wait()

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        self.errors = self.process.communicate(timeout=LIMIT)[1].decode()
        return self.process.returncode

    @property
    def cpu(self) -> float:
        """Seconds of the processor so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def descriptors(self) -> int:
        """How many are open; 0 where nobody may know: octolog lets only root look into it."""
        try:
            return len(os.listdir(f"/proc/{self.process.pid}/fd"))
        except PermissionError:
            return 0

    @property
    def resident(self) -> int:
        """In KiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stderr.close()


class Followed:
    """A log that is written to, rotated and followed, with octolog's output beside it."""

    def __init__(self, folder: Path, name: str = "x.log") -> None:
        self.folder = folder
        self.path = folder / name
        self.output = folder / "events"
        (folder / "own.yaml").write_text(RULES)
        self.marks = 0

    def options(self, *more: object) -> list[object]:
        return ["-F", "-q", "--rules", "own.yaml", "--output", self.output.name, *more, self.path.name]

    def write(self, bytes: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(bytes)

    def write_mark(self) -> int:
        self.marks += 1
        self.write(mark(self.marks))
        return self.marks

    def events(self) -> list[dict]:
        return [json.loads(line) for line in lines(self.output)]

    def marks_told(self) -> list[str]:
        return [
            event["data"]["evidence"][0]["text"]
            for event in map(json.loads, told(lines(self.output)))
            if event["type"] == "octolog.finding.raised.v1" and event["data"]["code"] == "own.mark"
        ]

    def wait_for_mark(self, number: int) -> None:
        wait_for(lambda: f"{MARK}-{number}" in self.marks_told(), f"mark {number}")

    def catch_up(self) -> None:
        self.wait_for_mark(self.write_mark())

    def rotate(self) -> None:
        """As Docker does: the older ones move on, a new one is made."""
        for number in range(40, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.rename(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.rename(self.path.with_name(f"{self.path.name}.1"))

    def copytruncate(self) -> None:
        """As logrotate does, if it is told to."""
        for number in range(40, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.rename(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.with_name(f"{self.path.name}.1").write_bytes(self.path.read_bytes())
        os.truncate(self.path, 0)


def pause(chance: random.Random, seconds: float) -> None:
    time.sleep(chance.random() * seconds)
