"""What is waited for: a short run from its start to its end, and an event after its line."""

import os
import random
import select
import subprocess
import tempfile
import time

import process
from machine import PATTERNS, corpus, generate, say

HEADER = """\
| waiting | ms, p50 | ms, p99 | CPU ms, p50 | goal, ms | met |
| --- | ---: | ---: | ---: | ---: | --- |"""

MARK = "latency probe "
RULE = f"""\
rules:
  - id: bench.latency
    title: A line that was waited for
    pattern: ^{MARK}(\\d+)
    matches: [{MARK}7]
    misses: [{MARK}seven]
"""


def _row(name, walls, cpus, goal, share):
    """A row of times in ms; the goal holds for that share of them."""
    shown = [f"{1000 * process.percentile(walls, part):.2f}" for part in (0.5, 0.99)]
    cpu = f"{1000 * process.median(cpus):.2f}" if cpus else ""
    met = "" if goal is None else "yes" if 1000 * process.percentile(walls, share) <= goal else "no"
    return f"| {name} | {shown[0]} | {shown[1]} | {cpu} | {goal or ''} | {met} |"


def cold_start(octolog, generator, times):
    """`octolog key` on a log of 10 KiB that has a key, beside programs that do next to nothing, in turns."""
    log = generate(generator, ["steady", 10240], "key.log")
    commands = {
        "cold start, `octolog key`": [octolog, "key", "-q", log],
        "cold start, `octolog`": [octolog, log],
        "cold start, `rg -c -f`": ["rg", "--no-config", "-c", "-f", PATTERNS, log],
        "cold start, `true`": ["true"],
    }
    taken = {}
    for number in range(times):
        if number % 50 == 0:
            say(f"cold start: {number} of {times}")
        for name, command in commands.items():
            try:
                taken.setdefault(name, []).append(process.run([command]))
            except (process.Failed, FileNotFoundError) as failure:
                say(str(failure))
    return [
        _row(name, [t.wall for t in runs], [t.cpu for t in runs], 15 if "key" in name else None, 0.5)
        for name, runs in taken.items()
    ]


def _follow(command, lines, pause, load):
    """Writes the marked lines, one by one and paced; returns how long each took to come out again, in seconds.

    load is a file of which some lines are written between them.
    """
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    chance = random.Random(1)
    busy = open(load, "rb") if load else None
    waits, out = [], child.stdout.fileno()
    try:
        for number in range(lines):
            end = time.perf_counter() + pause * chance.uniform(0.5, 1.5)
            while time.perf_counter() < end:
                if busy:
                    os.write(child.stdin.fileno(), b"".join(busy.readline() for _ in range(40)))
                time.sleep(0.0005)
                if select.select([out], [], [], 0)[0]:
                    os.read(out, 1 << 20)
            mark = b"%s%d" % (MARK.encode(), number)
            begin = time.perf_counter()
            os.write(child.stdin.fileno(), mark + b"\n")
            seen, limit = b"", begin + 2
            while mark + b'"' not in seen and mark + b"\n" not in seen:
                if not select.select([out], [], [], limit - time.perf_counter())[0]:
                    break
                more = os.read(out, 1 << 20)
                if not more:
                    raise process.Failed(f"{command} ended by itself")
                seen += more
            waits.append(time.perf_counter() - begin)
    finally:
        child.stdin.close()
        child.stdout.close()
        child.wait()
    return waits


def follow(octolog, generator, lines):
    """From the write of a line to the pipe until the event has come out of the other."""
    load = corpus(generator, "steady", 64)
    result = []
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as rules:
        rules.write(RULE)
        rules.flush()
        own = [octolog, "--rules", rules.name]
        for name, command, busy, goal in (
            ("line in to event out", own, None, 5),
            ("the same, among lines of work", own, load, 5),
            ("line in to line out, `cat`", ["cat"], None, None),
        ):
            say(f"follow: {name}")
            try:
                waits = _follow(command, lines, 0.005, busy)
                result.append(_row(name, waits, None, goal, 0.99))
            except (process.Failed, BrokenPipeError) as failure:
                result.append(f"| {name} | {failure} | | | {goal or ''} | no |")
    return result
