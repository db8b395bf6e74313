"""octolog at full speed for long: 200 containers that are started again and again, in a log that is rotated.

SOAK_SECONDS says how long (20). Memory and descriptors have to be as at the end of the first tenth.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path

from harness import wait_for
from survival import Followed, Run, log

SECONDS = float(os.environ.get("SOAK_SECONDS", "20"))
CONTAINERS = 200


def starts(chance: random.Random, number: int) -> bytes:
    """A start of some of the containers, their lines mixed, as Compose writes them."""
    chosen = chance.sample(range(CONTAINERS), 20)
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


def test_it_stays_as_it_is(scratch: Path) -> None:
    followed = Followed(scratch)
    followed.path.touch()
    chance = random.Random(9)
    rounds = [starts(chance, number) for number in range(8)]
    expected = 0
    memory: list[tuple[float, int]] = []
    # Events are counted as they come, and thrown away: the disk is not to fill.
    output = scratch / "events"
    os.mkfifo(output)
    with Run(scratch, "-F", "-q", "--rules", "own.yaml", "--state", "state", "x.log", stdout=-1) as run:
        os.set_blocking(run.process.stdout.fileno(), False)
        counts: dict[str, int] = {}
        rest = b""

        def read() -> None:
            nonlocal rest
            while True:
                try:
                    piece = os.read(run.process.stdout.fileno(), 1 << 20)
                except BlockingIOError:
                    return
                whole, _, rest = (rest + piece).rpartition(b"\n")
                for line in whole.split(b"\n"):
                    if line:
                        kind = line.split(b'"type":"', 1)[1].split(b'"', 1)[0].decode()
                        counts[kind] = counts.get(kind, 0) + 1

        began = time.monotonic()
        number = 0
        descriptors = None
        while (now := time.monotonic() - began) < SECONDS:
            followed.write(rounds[number % len(rounds)])
            number += 1
            expected += 20
            if number % 20 == 0:
                followed.rotate()
                followed.path.touch()
                for old in scratch.glob("x.log.[4-9]"):
                    old.unlink()
            # No more waits to be read than one round.
            wait_for(
                lambda: read() or counts.get("octolog.startup.began.v1", 0) >= expected - 40, "the starts to be told"
            )
            memory.append((now, run.resident))
            if descriptors is None and now > SECONDS / 10:
                descriptors = run.descriptors
        wait_for(lambda: read() or counts.get("octolog.startup.began.v1", 0) >= expected - 20, "the last starts")
        cpu = run.cpu
        assert run.descriptors <= descriptors
    first = [kib for at, kib in memory if SECONDS / 10 < at < SECONDS / 5]
    last = [kib for at, kib in memory if at > SECONDS * 9 / 10]
    figures = {
        "seconds": round(SECONDS), "rounds": number, "starts": counts["octolog.startup.began.v1"], "cpu": round(cpu, 1),
        "first MiB": round(max(first) / 1024, 1), "last MiB": round(max(last) / 1024, 1), "events": sum(counts.values()),
    }
    print(json.dumps(figures))
    assert max(last) <= max(first) * 1.05, figures
