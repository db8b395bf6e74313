"""octolog at full speed for long: 200 containers that are started again and again, in a log that is rotated.

They find their configuration when they start again, as with a volume: a registration is known to the end of a run.

SOAK_SECONDS says how long (20). No startup may lack or come twice, and no descriptor may be left. Of ten minutes the
last one's memory has to be the second one's; in seconds it is not yet known what a run remembers at most.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import threading
import time
from pathlib import Path

from harness import CASES, LIMIT, octolog, parsed, wait_for
from survival import Followed, Run, log

BEGAN = re.compile(
    rb'"source":"([^"]+)","type":"octolog.startup.began.v1",(?:"time":"[^"]*",)?"subject":"startup/(\d+)"'
)
SECONDS = float(os.environ.get("SOAK_SECONDS", "20"))
CONTAINERS = 200
# In each round so many of them start.
STARTS = 20


def start_and_restart(name: str) -> tuple[list[bytes], list[bytes]]:
    """The lines of a container's first start, and those of one that finds its configuration."""
    lines = log(name).replace(b"\r", b"").split(b"\n")[:-1]
    events = parsed(octolog(CASES / name / "input.log").stdout)
    began = [event["data"]["evidence"][0]["line"] for event in events if event["type"] == "octolog.startup.began.v1"]
    assert len(began) == 2
    return lines[: began[1] - 1], lines[began[1] - 1 :]


NAMES = ["tentacle-6.1.1403-linux-restart-skips", "server-2018.3.13-restart"]


def starts(chance: random.Random, chosen: list[int], texts: list[list[bytes]]) -> bytes:
    """A start of some containers, their lines mixed, as Compose writes them."""
    queues = [[b"c%03d  | " % number + line + b"\n" for line in texts[number % len(texts)]] for number in chosen]
    # Each is a machine of its own.
    for number, queue in zip(chosen, queues):
        queue[:] = [line.replace(b"shop-web", b"shop-web-%d" % number) for line in queue]
    made = []
    while queues:
        queue = chance.choice(queues)
        made.append(queue.pop(0))
        if not queue:
            queues.remove(queue)
    # It ends before it is started again: a program that runs can print what it likes.
    made += [b"c%03d exited with code 0\n" % number for number in chosen]
    return b"".join(made)


def least_descriptors(run: Run) -> int:
    """Those that are always open: while the state is written there are more."""
    return min((time.sleep(0.003), run.descriptors)[1] for _ in range(40))


class Counter(threading.Thread):
    """Reads events as they come, and throws them away: the disk is not to fill."""

    def __init__(self, stream: object) -> None:
        super().__init__(daemon=True)
        self.stream = stream
        self.began = self.succeeded = self.stopped = self.events = 0
        # The startups of each container that were told, in order.
        self.startups: dict[str, int] = {}
        self.odd: list[str] = []
        self.start()

    def run(self) -> None:
        rest = b""
        while piece := os.read(self.stream.fileno(), 1 << 16):
            whole, _, rest = (rest + piece).rpartition(b"\n")
            self.events += whole.count(b"\n") + 1 if whole else 0
            self.succeeded += whole.count(b'"type":"octolog.startup.succeeded.v1"')
            self.stopped += whole.count(b'"type":"octolog.container.stopped.v1"')
            for began in BEGAN.finditer(whole):
                self.began += 1
                container, startup = began[1].decode(), int(began[2])
                if self.startups.get(container, 0) + 1 != startup:
                    self.odd.append(began[0].decode())
                self.startups[container] = startup


def test_it_stays_as_it_is(scratch: Path) -> None:
    followed = Followed(scratch)
    followed.path.touch()
    chance = random.Random(9)
    texts = [start_and_restart(name) for name in NAMES]
    first = starts(chance, list(range(CONTAINERS)), [first for first, _ in texts])
    rounds = [
        starts(chance, chance.sample(range(CONTAINERS), STARTS), [again for _, again in texts]) for _ in range(8)
    ]
    memory: list[tuple[float, int]] = []
    number = written = 0
    followed.write(first)
    with Run(scratch, "-F", "-q", "--rules", "own.yaml", "--state", "state", "x.log", stdout=subprocess.PIPE) as run:
        counter = Counter(run.process.stdout)
        began = time.monotonic()
        descriptors = None
        # A run begins with the file that has the name then.
        wait_for(lambda: counter.began >= CONTAINERS, "the first starts")
        while (now := time.monotonic() - began) < SECONDS:
            # As fast as octolog reads, with little waiting to be read.
            while CONTAINERS + STARTS * number - counter.began > CONTAINERS + 20 * STARTS:
                time.sleep(0.002)
                assert time.monotonic() - began < SECONDS + LIMIT, "the starts are not told"
            followed.write(rounds[number % len(rounds)])
            written += len(rounds[number % len(rounds)])
            number += 1
            if number % 50 == 0:
                followed.rotate()
                followed.path.touch()
                # What is thrown away was read.
                for old in scratch.glob("x.log.[1-9][0-9]"):
                    old.unlink()
            if number % 10 == 0:
                memory.append((now, run.resident))
            if descriptors is None and now > SECONDS / 10:
                descriptors = least_descriptors(run)
        # A start is told when the next line of its container is read.
        expected = CONTAINERS + STARTS * number
        wait_for(lambda: counter.began >= expected - STARTS, "the last starts")
        cpu = run.cpu
        last_descriptors = least_descriptors(run)
        run.terminate()
    early = [kib for at, kib in memory if SECONDS / 10 < at < SECONDS / 5]
    late = [kib for at, kib in memory if at > SECONDS * 9 / 10]
    figures = {
        "seconds": round(SECONDS), "MB": round(written / 1e6, 1), "rounds": number, "starts": counter.began,
        "events": counter.events, "cpu": round(cpu, 1), "early MiB": round(max(early) / 1024, 1),
        "late MiB": round(max(late) / 1024, 1),
    }
    print(json.dumps(figures))
    assert not counter.odd, counter.odd[:9]
    # Each start succeeds, and ends.
    for told in (counter.began, counter.succeeded, counter.stopped):
        assert expected - STARTS <= told <= expected, (told, figures)
    assert last_descriptors <= descriptors, figures
    assert max(late) <= (max(early) * 1.05 if SECONDS >= 300 else 60 << 10), figures
