"""Runs of programs, and what they took."""

import dataclasses
import os
import signal
import subprocess
import tempfile
import threading
import time

from machine import ENVIRONMENT

# Octolog's statuses that tell of the log, not of a fault of its own: incomplete, nothing recognised.
FINE = (0, 1, 2, 3, 4)


class Failed(Exception):
    """A program ended with a status that is none of its answers."""


@dataclasses.dataclass
class Taken:
    """Seconds: wall time, fork and exec included, and the processor's, user and system."""

    wall: float
    cpu: float
    # Whether it was ended because it took too long.
    is_cut: bool = False


def run(commands, output=os.devnull, patience=None):
    """Runs one command, or several at once, each with its output to a file."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(output), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    begin = time.perf_counter()
    children = [
        os.posix_spawnp(command[0], [str(word) for word in command], ENVIRONMENT, file_actions=actions)
        for command in commands
    ]
    cut = threading.Event()
    timer = None
    if patience:
        def end():
            cut.set()
            for child in children:
                os.kill(child, signal.SIGKILL)
        timer = threading.Timer(patience, end)
        timer.start()
    cpu = 0.0
    statuses = []
    for child in children:
        _, status, usage = os.wait4(child, 0)
        cpu += usage.ru_utime + usage.ru_stime
        statuses.append(os.waitstatus_to_exitcode(status))
    wall = time.perf_counter() - begin
    if timer:
        timer.cancel()
    if not cut.is_set() and any(status not in FINE for status in statuses):
        raise Failed(f"{' '.join(map(str, commands[0]))[:200]} ended with {statuses}")
    return Taken(wall, cpu, cut.is_set())


def peak(command, stdin=subprocess.DEVNULL):
    """The largest resident set of a run, in MiB, by GNU time, whose own is small; nil without GNU time.

    A child's peak is never below what its parent had when it started it, so this process can't ask by itself.
    """
    if not os.access("/usr/bin/time", os.X_OK):
        return None
    with tempfile.NamedTemporaryFile() as told:
        words = ["/usr/bin/time", "-q", "-f", "%M", "-o", told.name, *map(str, command)]
        status = subprocess.run(
            words, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, check=False
        ).returncode
        if status not in FINE:
            raise Failed(f"{' '.join(map(str, command))[:200]} ended with {status}")
        return int(told.read()) / 1024


@dataclasses.dataclass
class Fed:
    """What it took to read the first part of a file and the rest, in seconds of the CPU; and the peak, in MiB."""

    first: float
    rest: float
    peak: float


def feed(command, path, bytes):
    """Feeds a program a file through a pipe in two parts, and looks at it when it has nothing left to do.

    So the second part's cost is its own, however much the first took.
    """
    child = subprocess.Popen(
        [*map(str, command), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
    )
    with open(path, "rb") as file:
        left = bytes
        while left > 0:
            block = file.read(min(left, 1 << 20))
            child.stdin.write(block)
            left -= len(block)
        child.stdin.flush()
        first = _idle_cpu(child.pid)
        while block := file.read(1 << 20):
            child.stdin.write(block)
        child.stdin.flush()
    rest = _idle_cpu(child.pid) - first
    with open(f"/proc/{child.pid}/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
    child.stdin.close()
    if child.wait() not in FINE:
        raise Failed(f"{command} ended with {child.returncode}")
    return Fed(first, rest, peak)


def _idle_cpu(pid):
    """The seconds of the CPU that a process has used, once they have not grown for a while and it sleeps."""
    last, since = -1, 0
    while since < 5:
        time.sleep(0.1)
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        used = int(fields[11]) + int(fields[12])
        since = since + 1 if used == last and fields[0] == "S" else 0
        last = used
    return last / os.sysconf("SC_CLK_TCK")


def percentile(values, share):
    """The value that so many of all are not above."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values):
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def spread(values):
    """Slowest less fastest, in per cent of the median."""
    return 100 * (max(values) - min(values)) / median(values)
