"""octolog at full speed for long: 200 containers that are started again and again, in a log that is rotated.

SOAK_SECONDS says how long (20). Memory and descriptors have to be as in the second tenth of that.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
import time
from pathlib import Path

from harness import LIMIT, wait_for
from survival import Followed, Run, log

SECONDS = float(os.environ.get("SOAK_SECONDS", "20"))
CONTAINERS = 200
# In each round so many of them start.
STARTS = 20


def starts(chance: random.Random, number: int) -> bytes:
    """A start of some of the containers, their lines mixed, as Compose writes them."""
    chosen = chance.sample(range(CONTAINERS), STARTS)
    names = ["tentacle-3.22-listening", "server-2018.3.13-first-start", "tentacle-5.0-polling"]
    queues = []
    for container in chosen:
        text = log(names[container % len(names)]).replace(b"\r", b"")
        queues.append([b"c%03d  | " % container + line + b"\n" for line in text.split(b"\n") if line])
    made = []
    while queues:
        queue = chance.choice(queues)
        made.append(queue.pop(0))
        if not queue:
            queues.remove(queue)
    made.append(b"c000  | round %d is over\n" % number)
    return b"".join(made)


def least_descriptors(run: Run) -> int:
    """Those that are always open: while the state is written there are more."""
    return min((time.sleep(0.003), run.descriptors)[1] for _ in range(40))


class Counter(threading.Thread):
    """Reads events as they come, and throws them away: the disk is not to fill."""

    def __init__(self, stream: object) -> None:
        super().__init__(daemon=True)
        self.stream = stream
        self.began = self.events = 0
        self.start()

    def run(self) -> None:
        rest = b""
        while piece := os.read(self.stream.fileno(), 1 << 16):
            whole, _, rest = (rest + piece).rpartition(b"\n")
            self.events += whole.count(b"\n") + 1 if whole else 0
            self.began += whole.count(b'"octolog.startup.began.v1","')


def test_it_stays_as_it_is(scratch: Path) -> None:
    followed = Followed(scratch)
    followed.path.touch()
    chance = random.Random(9)
    rounds = [starts(chance, number) for number in range(8)]
    memory: list[tuple[float, int]] = []
    number = written = 0
    with Run(scratch, "-F", "-q", "--rules", "own.yaml", "--state", "state", "x.log", stdout=subprocess.PIPE) as run:
        counter = Counter(run.process.stdout)
        began = time.monotonic()
        descriptors = None
        while (now := time.monotonic() - began) < SECONDS:
            # As fast as octolog reads, with little waiting to be read.
            while STARTS * number - counter.began > 20 * STARTS:
                time.sleep(0.002)
                assert time.monotonic() - began < SECONDS + LIMIT, "the starts are not told"
            followed.write(rounds[number % len(rounds)])
            written += len(rounds[number % len(rounds)])
            number += 1
            if number % 50 == 0:
                followed.rotate()
                followed.path.touch()
                # What is thrown away was read.
                for old in scratch.glob("x.log.[4-9]"):
                    old.unlink()
            if number % 10 == 0:
                memory.append((now, run.resident))
            if descriptors is None and now > SECONDS / 10:
                descriptors = least_descriptors(run)
        # The last start of a container is told when the next line of it is read.
        wait_for(lambda: counter.began >= STARTS * number - STARTS, "the last starts")
        cpu = run.cpu
        last_descriptors = least_descriptors(run)
        run.terminate()
    first = [kib for at, kib in memory if SECONDS / 10 < at < SECONDS / 5]
    last = [kib for at, kib in memory if at > SECONDS * 9 / 10]
    figures = {
        "seconds": round(SECONDS), "MB": round(written / 1e6, 1), "rounds": number, "starts": counter.began,
        "events": counter.events, "cpu": round(cpu, 1), "first MiB": round(max(first) / 1024, 1),
        "last MiB": round(max(last) / 1024, 1),
    }
    print(json.dumps(figures))
    assert STARTS * number - STARTS <= counter.began <= STARTS * number, figures
    assert last_descriptors <= descriptors, figures
    # A run of seconds has not yet remembered all that it will of what it told.
    limit = 1.05 if SECONDS >= 300 else 1.25
    assert max(last) <= max(first) * limit, figures
