"""Runs that are killed at any instant, whose disk is full or broken, and that the next run goes on with.

What a consumer keeps of the events of all runs, each once, has to be what one run tells that nobody disturbs.
CHAOS_RUNS says how many runs are killed (200).
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from harness import missing, wait_for
from survival import Followed, Run, faults, lines, pause, pieces, told

RUNS = int(os.environ.get("CHAOS_RUNS", "200"))
# A run over the logs below, undisturbed, takes about as long, in seconds.
WHOLE = 0.6


def write_logs(folder: Path, seed: int) -> list[str]:
    """Two logs, one of which was rotated."""
    made = pieces(seed, 24)
    (folder / "one.log.1").write_bytes(b"".join(made[:8]))
    (folder / "one.log").write_bytes(b"".join(made[8:16]))
    (folder / "two.log").write_bytes(b"".join(made[16:]))
    return ["one.log", "one.log.1", "two.log"]


def undisturbed(folder: Path, names: list[str]) -> list[bytes]:
    with Run(folder, "-q", "--output", "expected", *names) as run:
        assert run.wait() in (0, 3), run.errors
    return lines(folder / "expected")


def is_state(path: Path) -> bool:
    bytes = path.read_bytes()
    return bytes.startswith(b'{"octolog":"state"') and bytes.endswith(b"\n")


def finish(folder: Path, command: list[object], expected: list[bytes]) -> None:
    """Lets a run go to its end, and holds all that was told against what should be."""
    with Run(folder, *command) as run:
        assert run.wait() in (0, 3), run.errors
    output = folder / "events"
    # No line is torn: each is an event.
    assert output.read_bytes().endswith(b"\n")
    found = told(lines(output))
    wanted = [line for line in told(expected)]
    assert len(found) == len(wanted)
    assert found == wanted
    # And once more: there is nothing left to be told.
    size = len(told(lines(output)))
    with Run(folder, *command) as run:
        run.wait()
    assert len(told(lines(output))) == size


def test_killed_at_random_instants(scratch: Path) -> None:
    chance = random.Random(1)
    killed = 0
    rounds = 0
    while killed < RUNS // 2:
        folder = scratch / f"random-{rounds}"
        folder.mkdir()
        rounds += 1
        names = write_logs(folder, rounds)
        expected = undisturbed(folder, names)
        command = ["-q", "--state", "state", "--output", "events", *names]
        for _ in range(min(20, RUNS // 2 - killed)):
            with Run(folder, *command) as run:
                pause(chance, WHOLE)
                run.kill()
            killed += 1
            if (folder / "state").exists():
                assert is_state(folder / "state")
        finish(folder, command, expected)
        # What a run leaves that is killed while it writes the state is gone with the next.
        assert not list(folder.glob("state.*"))


def test_killed_at_each_call_that_changes_a_file(scratch: Path) -> None:
    library = faults(scratch)
    names = write_logs(scratch, 77)
    expected = undisturbed(scratch, names)
    command = ["-q", "--state", "state", "--output", "events", *names]
    killed = 0
    for at in range(1, RUNS // 2 + 1):
        environment = {**os.environ, "LD_PRELOAD": str(library), "FAULT": f"kill:{1 + at % 40}"}
        with Run(scratch, *command, env=environment) as run:
            if run.wait() == -9:
                killed += 1
        if (scratch / "state").exists():
            assert is_state(scratch / "state")
        if at % 10 == 0:
            # From the beginning, so that the first runs are killed too.
            finish(scratch, command, expected)
            for name in ("state", "events"):
                (scratch / name).unlink()
    assert killed > RUNS // 4, "the calls were not reached"
    finish(scratch, command, expected)


@pytest.mark.parametrize("fault", ["ENOSPC", "EIO"])
def test_a_full_or_broken_disk_is_said_and_gone_on_from(scratch: Path, fault: str) -> None:
    library = faults(scratch)
    names = write_logs(scratch, 78)
    expected = undisturbed(scratch, names)
    command = ["-q", "--state", "state", "--output", "events", *names]
    before = None
    for at in (1, 2, 3, 5, 8, 13):
        environment = {**os.environ, "LD_PRELOAD": str(library), "FAULT": f"{fault}:{at}"}
        with Run(scratch, *command, env=environment) as run:
            code = run.wait()
        if code != 74:
            assert code in (0, 3)
            continue
        assert "No space left" in run.errors or "Input/output" in run.errors
        state = (scratch / "state").read_bytes() if (scratch / "state").exists() else None
        if at == 1:
            # Nothing was written, so nothing is known to be told.
            assert state == before
        before = state
        assert not list(scratch.glob("state.*"))
    finish(scratch, command, expected)


def test_a_disk_that_is_full(scratch: Path) -> None:
    disk = scratch / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160k", "none", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        missing(f"no small disk can be mounted: {mounted.stderr.decode().strip()}")
    try:
        names = write_logs(scratch, 79)
        expected = undisturbed(scratch, names)
        command = ["-q", "--state", disk / "state", "--output", disk / "events", *names]
        with Run(scratch, *command) as run:
            assert run.wait() == 74
        assert "No space left on device" in run.errors
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        with Run(scratch, *command) as run:
            assert run.wait() in (0, 3), run.errors
        assert told(lines(disk / "events")) == told(expected)
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_reader_that_goes_away_ends_it_quietly(scratch: Path) -> None:
    names = write_logs(scratch, 80)
    with Run(scratch, "-q", "--state", "state", *names, stdout=subprocess.PIPE) as run:
        run.process.stdout.read(1000)
        run.process.stdout.close()
        assert run.wait() == 0
    assert run.errors == ""


def play(folder: Path, seed: int, disturbs: bool) -> Followed:
    """Writes and rotates a log while octolog follows it, and kills that now and then."""
    followed = Followed(folder)
    chance, luck = random.Random(seed), random.Random(seed + 1)
    command = followed.options("--state", "state")
    followed.path.touch()
    run = Run(folder, *command)
    kills = 0
    # Who has no state yet does not know what was rotated before it came.
    followed.catch_up()
    wait_for((folder / "state").exists, "a state")
    try:
        for piece in pieces(seed, 16):
            followed.write(piece)
            followed.write_mark()
            if disturbs:
                for _ in range(luck.randrange(4)):
                    pause(luck, 0.12)
                    run.kill()
                    run.process.stderr.close()
                    kills += 1
                    # It may be rotated while nobody follows.
                    run = Run(folder, *command)
            match chance.randrange(4):
                case 0: followed.rotate()
                case 1:
                    # What is written before it is emptied is in the copy.
                    followed.copytruncate()
                case _: pass
            followed.path.touch()
            if not disturbs or luck.random() < 0.3:
                followed.wait_for_mark(followed.marks)
        followed.catch_up()
        run.terminate()
    finally:
        if run.process.poll() is None:
            run.process.kill()
        run.process.wait()
    followed.kills = kills
    return followed


@pytest.mark.parametrize("seed", range(1, 6))
def test_killed_while_the_log_is_rotated(scratch: Path, seed: int) -> None:
    for name in ("calm", "rough"):
        (scratch / name).mkdir()
    expected = told(lines(play(scratch / "calm", seed, disturbs=False).output))
    rough = play(scratch / "rough", seed, disturbs=True)
    assert rough.kills > 0
    assert told(lines(rough.output)) == expected
