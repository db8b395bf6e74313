"""Runs octolog in Spark's tasks and on the driver, and merges what it finds.

A state is what `octolog correlate --partial` writes: events, one a line. Merging is associative, commutative and
idempotent, so neither the order in which tasks end nor a task that runs twice changes the result. States are held
compressed: an eighth is left of them, and octolog reads gzip, also several behind one another, as it reads text.
"""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark import RDD, SparkFiles

# Exit codes that are results: nothing to say, findings, a failed startup.
COMPLETE = (0, 1, 2)
# Results too, but stderr says what is missing: input that is cut, or in which nothing was recognised.
INCOMPLETE = (3, 4)

# How many states are merged at once: one process for every two would read the same events again and again.
FAN_IN = 16


class OctologError(Exception):
    """octolog is not there, or has failed; the message is what it said."""


@dataclass(frozen=True)
class Partial:
    """What some of the input comes to: states, merged or not yet, and what octolog said of input that is incomplete."""

    states: tuple[bytes, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Octolog:
    """The program, by its name or path; every process looks for it on the machine where it runs."""

    name: str

    @property
    def path(self) -> str:
        # What spark-submit --files has brought comes before what is installed.
        path = shutil.which(SparkFiles.get(self.name)) or shutil.which(self.name)
        if path is None:
            raise OctologError(f"there is no program {self.name} on {socket.gethostname()}")
        return path

    def analyze(self, files: Sequence[str], folder: str | None = None) -> Partial:
        """The state of one container's log, whose files these are; relative ones lie in the folder."""
        command = [self.path, "analyze", "--", *files]
        with tempfile.TemporaryFile() as said:
            with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=said) as analysis:
                correlation = self._run_correlate("--partial", stdin=analysis.stdout)
            said.seek(0)
            # Where both have failed, the first is the cause.
            warning = verdict("analyze", analysis.returncode, said.read())
        verdict("correlate", correlation.returncode, correlation.stderr)
        return Partial((compress(correlation.stdout),), (f"{files[0]}: {warning}",) if warning else ())

    def reduce(self, lines: Iterable[str]) -> Partial:
        """The state of events as octolog writes them, one a line."""
        with tempfile.TemporaryFile() as events:
            events.writelines(line.encode() + b"\n" for line in lines)
            if events.tell() == 0:
                return Partial()
            events.seek(0)
            state, warning = self._correlate("--partial", stdin=events)
        return Partial((compress(state),), (warning,) if warning else ())

    def merge(self, states: Iterable[bytes]) -> bytes:
        """The one state that these are together."""
        events = b"".join(states)
        return compress(self._correlate("--partial", input=events)[0]) if events else b""

    def findings(self, state: bytes) -> list[str]:
        """What a state proves, a line of JSON each."""
        if not state:
            return []
        # Not splitlines: it takes more for line ends than JSON does.
        events = self._correlate(input=state)[0].decode().rstrip("\n").split("\n")
        # The first and the last event are about the run.
        return [event for event in events if not json.loads(event)["type"].startswith("octolog.run.")]

    def _correlate(self, *options: str, **events: Any) -> tuple[bytes, str]:
        run = self._run_correlate(*options, **events)
        return run.stdout, verdict("correlate", run.returncode, run.stderr)

    def _run_correlate(self, *options: str, **events: Any) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([self.path, "correlate", *options], capture_output=True, **events)


def compress(state: bytes) -> bytes:
    # Without a time in it, equal states stay equal.
    return gzip.compress(state, compresslevel=1, mtime=0)


def verdict(command: str, code: int, stderr: bytes) -> str:
    """What octolog said of input that is incomplete, or nothing; raises OctologError if it has failed."""
    said = " ".join(stderr.decode(errors="replace").split("\n")).strip()
    if code in COMPLETE:
        return ""
    if code in INCOMPLETE:
        return said or f"octolog {command} exited with {code}"
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}"
    raise OctologError(f"octolog {command} {how}: {said}")


def total(partials: RDD[Partial], octolog: Octolog) -> Partial:
    """All of it, merged in a tree; up to FAN_IN states are left for the driver to put together."""

    def add(left: Partial, right: Partial) -> Partial:
        states = left.states + right.states
        if len(states) >= FAN_IN:
            states = (octolog.merge(states),)
        return Partial(states, left.warnings + right.warnings)

    return partials.treeAggregate(Partial(), add, add)
