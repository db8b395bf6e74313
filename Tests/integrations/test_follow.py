"""--follow: files that are written to, rotated, emptied, deleted and made anew while octolog reads them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from harness import wait_for
from survival import RULES, Followed, Run, lines, log, mark, told


@pytest.fixture
def followed(scratch: Path) -> Followed:
    return Followed(scratch)


def types(events: list[dict]) -> list[str]:
    return [event["type"] for event in events]


def test_what_is_written_is_told_as_it_comes(followed: Followed) -> None:
    start = log("server-2018.3.13-first-start")
    half = start.rfind(b"\n", 0, len(start) // 2) + 1
    followed.write(start[:half])
    with Run(followed.folder, *followed.options()) as run:
        wait_for(lambda: "octolog.startup.began.v1" in types(followed.events()), "the beginning")
        assert "octolog.startup.succeeded.v1" not in types(followed.events())
        followed.write(start[half:])
        wait_for(lambda: "octolog.startup.succeeded.v1" in types(followed.events()), "the end")
        assert run.terminate() == 143
    assert types(followed.events())[-1] == "octolog.run.finished.v1"
    assert run.errors == ""


@pytest.mark.parametrize("how", ["rotate", "copytruncate", "delete", "empty", "rewrite", "replace"])
def test_a_file_that_another_takes_the_place_of(followed: Followed, how: str) -> None:
    followed.write(log("tentacle-3.22-listening"))
    with Run(followed.folder, *followed.options()):
        followed.catch_up()
        match how:
            case "rotate":
                followed.rotate()
                # Whoever writes may go on with the old file for a while.
                with followed.path.with_name("x.log.1").open("ab") as old:
                    followed.marks += 1
                    old.write(mark(followed.marks))
                followed.path.touch()
                followed.wait_for_mark(followed.marks)
            case "copytruncate":
                # What nobody has read yet when it is emptied is in the copy.
                followed.marks += 1
                with followed.path.open("ab") as file:
                    file.write(mark(followed.marks))
                    followed.copytruncate()
                followed.wait_for_mark(followed.marks)
            case "delete":
                followed.path.unlink()
                time.sleep(0.2)
            case "empty":
                os.truncate(followed.path, 0)
                time.sleep(0.2)
            case "rewrite":
                # As long as before and longer: only the bytes tell.
                size = followed.path.stat().st_size
                with followed.path.open("r+b") as file:
                    file.write(b"nothing of interest\n" * (size // 20 + 1))
            case "replace":
                other = followed.path.with_name("other")
                other.write_bytes(b"nothing of interest\n" * 10_000)
                other.rename(followed.path)
        followed.catch_up()
        followed.write(log("server-2018.3.13-first-start"))
        followed.catch_up()
        marks = followed.marks_told()
        assert marks == [f"the-end-of-this-log-{number + 1}" for number in range(followed.marks)]
        assert "octolog.startup.succeeded.v1" in types(followed.events())


def test_rotated_again_and_again_with_nothing_lost(followed: Followed) -> None:
    followed.path.touch()
    with Run(followed.folder, *followed.options()) as run:
        followed.catch_up()
        before = run.descriptors
        for number in range(40):
            for _ in range(5):
                followed.write_mark()
            (followed.rotate if number % 2 else followed.copytruncate)()
            followed.path.touch()
            if number % 8 == 0:
                time.sleep(0.05)
            # Of those that are too old nothing may be missed: it has been read by then.
            if number % 3 == 0:
                followed.catch_up()
        followed.catch_up()
        assert len(followed.marks_told()) == followed.marks
        assert run.descriptors <= before


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_appears_later_is_waited_for(scratch: Path, kind: str) -> None:
    folder = scratch / "a" / "b" if kind == "folder" else scratch
    followed = Followed(scratch, "a/b/x.log" if kind == "folder" else "x.log")
    with Run(scratch, *followed.options()[:-1], followed.path) as run:
        time.sleep(0.3)
        assert run.process.poll() is None
        if kind == "folder":
            folder.mkdir(parents=True)
        if kind == "link":
            (scratch / "there").mkdir()
            (scratch / "there" / "real.log").write_bytes(b"")
            followed.path.symlink_to("there/real.log")
            time.sleep(0.1)
        followed.catch_up()
        if kind == "link":
            # The kubelet renames what the link points at.
            (scratch / "there" / "real.log").rename(scratch / "there" / "real.log.1")
            time.sleep(0.1)
        followed.catch_up()
        assert run.terminate() == 143


def test_what_is_no_file_is_refused(scratch: Path) -> None:
    os.mkfifo(scratch / "fifo")
    with Run(scratch, "-F", "fifo") as run:
        assert run.wait() == 64
    assert "fifo is no file" in run.errors


def test_several_files_and_a_quiet_one(scratch: Path) -> None:
    one, two = Followed(scratch, "one.log"), Followed(scratch, "two.log")
    two.path.touch()
    with Run(scratch, *one.options(), "two.log"):
        one.catch_up()
        two.marks = 100
        two.catch_up()
        one.rotate()
        one.catch_up()


def test_nothing_to_read_costs_nothing(followed: Followed) -> None:
    followed.write(log("tentacle-3.22-listening"))
    with Run(followed.folder, *followed.options("--state", "state")) as run:
        followed.catch_up()
        time.sleep(0.3)
        before = run.cpu
        time.sleep(2)
        assert run.cpu - before <= 0.02
        # Neither while there is no file.
        followed.path.unlink()
        time.sleep(0.2)
        before = run.cpu
        time.sleep(1)
        assert run.cpu - before <= 0.02
        # Nor while others write beside it.
        before = run.cpu
        for number in range(200):
            followed.path.with_name("other").write_bytes(b"x" * number)
        assert run.cpu - before <= 0.2


def rests(run: Run) -> bool:
    before = run.cpu
    time.sleep(0.5)
    return run.cpu == before


def test_a_slow_reader_blocks_it_and_loses_nothing(scratch: Path) -> None:
    logs = b"".join(log("server-2018.3.13-first-start") for _ in range(8))
    (scratch / "x.log").write_bytes(logs)
    with Run(scratch, "--output", "expected", "x.log") as run:
        run.wait()
    expected = (scratch / "expected").read_bytes()
    with Run(scratch, "x.log", stdout=subprocess.PIPE) as run:
        read = b""
        # Until the pipe is full.
        wait_for(lambda: rests(run), "the pipe to be full")
        # 1 KiB/s: octolog waits without working.
        for _ in range(3):
            read += os.read(run.process.stdout.fileno(), 1024)
            before = run.cpu
            time.sleep(1)
            assert run.cpu - before <= 0.05
        assert run.process.poll() is None
        while piece := os.read(run.process.stdout.fileno(), 1 << 16):
            read += piece
        run.process.stdout.close()
    assert read == expected


def test_a_stalled_writer_costs_nothing(scratch: Path) -> None:
    with Run(scratch, "--output", "events", "-", stdin=subprocess.PIPE) as run:
        run.process.stdin.write(log("tentacle-3.22-listening"))
        run.process.stdin.flush()
        wait_for(lambda: lines(scratch / "events"), "events")
        time.sleep(0.3)
        before = run.cpu
        time.sleep(2)
        assert run.cpu - before <= 0.02


# ---------------------------------------------------------------- signals


def test_hang_up_reads_the_rules_again(followed: Followed) -> None:
    followed.path.touch()
    rules = followed.folder / "own.yaml"
    with Run(followed.folder, *followed.options(), stdin=subprocess.DEVNULL) as run:
        followed.catch_up()

        def reloaded() -> list[dict]:
            return [event for event in followed.events() if event["type"] == "octolog.rules.reloaded.v1"]

        rules.write_text(RULES.replace("A mark", "Another mark"))
        run.process.send_signal(signal.SIGHUP)
        wait_for(reloaded, "the new rules")
        assert reloaded()[0]["data"]["outcome"] == "loaded"
        followed.catch_up()
        titles = [event["data"]["title"] for event in followed.events() if event["type"] == "octolog.finding.raised.v1"]
        assert titles == ["A mark", "Another mark"]

        rules.write_text(RULES.replace("[0-9]+", "[0-9"))
        run.process.send_signal(signal.SIGHUP)
        wait_for(lambda: len(reloaded()) == 2, "the word that they are not taken")
        kept = reloaded()[1]
        assert kept["data"]["outcome"] == "kept" and kept["data"]["faults"][0]["line"] == 5
        assert kept["severitytext"] == "medium"
        assert kept["data"]["rulesDigest"] == reloaded()[0]["data"]["rulesDigest"]
        followed.catch_up()

        rules.unlink()
        run.process.send_signal(signal.SIGHUP)
        wait_for(lambda: len(reloaded()) == 3, "the same of rules that are gone")
        followed.catch_up()
        assert run.terminate() == 143
    assert "own.yaml:5" in run.errors and "own.yaml" in run.errors


def test_hang_up_of_a_pipe_reads_the_rules_again(scratch: Path) -> None:
    (scratch / "own.yaml").write_text(RULES)
    with Run(scratch, "--rules", "own.yaml", "--output", "events", stdin=subprocess.PIPE) as run:
        run.process.stdin.write(log("tentacle-3.22-listening"))
        run.process.stdin.flush()
        wait_for(lambda: lines(scratch / "events"), "events")
        run.process.send_signal(signal.SIGHUP)
        wait_for(lambda: b"rules.reloaded" in (scratch / "events").read_bytes(), "the word")
        run.process.stdin.write(mark(1))
        run.process.stdin.close()
        run.process.stdin = None
        assert run.wait() == 0
    assert b"own.mark" in (scratch / "events").read_bytes()


def test_hang_up_without_rules_ends_it(followed: Followed) -> None:
    followed.path.touch()
    with Run(followed.folder, "-F", "x.log") as run:
        time.sleep(0.3)
        run.process.send_signal(signal.SIGHUP)
        assert run.wait() == -signal.SIGHUP


# ---------------------------------------------------------------- states


def test_the_next_run_goes_on(followed: Followed) -> None:
    followed.write(log("server-2018.3.13-first-start"))
    options = followed.options("--state", "state")
    with Run(followed.folder, *options) as run:
        followed.catch_up()
        assert run.terminate() == 143
    before = [event for event in followed.events() if event["source"] != "urn:octolog:run"]
    # Nothing is concluded from the end of a run that another goes on with.
    assert not any(event["type"] == "octolog.startup.unfinished.v1" for event in before)
    followed.rotate()
    followed.write(log("tentacle-3.22-listening"))
    with Run(followed.folder, *options) as run:
        followed.catch_up()
        assert run.terminate() == 143
    after = [event for event in followed.events() if event["source"] != "urn:octolog:run"]
    assert after[: len(before)] == before
    identities = [(event["source"], event["id"]) for event in after]
    assert len(set(identities)) == len(identities)
    # Its evidence lies where it lay when it was written.
    assert {evidence["input"] for event in after for evidence in event["data"].get("evidence", [])} == {"x.log"}


@pytest.mark.parametrize("how", ["changed", "shorter", "another", "gone"])
def test_a_log_that_is_another_is_refused(scratch: Path, how: str) -> None:
    bytes = log("server-2018.3.13-first-start")
    (scratch / "x.log").write_bytes(bytes)
    with Run(scratch, "--state", "state", "x.log") as run:
        run.wait()
    state = (scratch / "state").read_bytes()
    middle = len(bytes) // 2
    match how:
        case "changed":
            (scratch / "x.log").write_bytes(bytes[:middle] + bytes[middle : middle + 1].swapcase() + b"?" + bytes[middle + 2 :])
        case "shorter":
            (scratch / "x.log").write_bytes(bytes[:middle])
        case "another":
            (scratch / "x.log").write_bytes(log("tentacle-3.22-listening"))
        case "gone":
            (scratch / "x.log").write_bytes(b"")
    with Run(scratch, "--state", "state", "x.log", stdout=subprocess.PIPE) as run:
        assert run.process.stdout.read() == b""
        run.process.stdout.close()
        assert run.wait() == 3
    assert "x.log" in run.errors and "--state-reset" in run.errors
    assert (scratch / "state").read_bytes() == state
    with Run(scratch, "--state", "state", "--state-reset", "x.log") as run:
        assert run.wait() in (0, 4)


def test_a_pipe_that_is_another_is_refused(scratch: Path) -> None:
    bytes = log("server-2018.3.13-first-start")

    def run(input: bytes, *options: str) -> subprocess.CompletedProcess:
        from harness import OCTOLOG

        return subprocess.run(
            [OCTOLOG, "--state", "state", *(options or ["--container", "web"])], cwd=scratch, input=input, capture_output=True, check=False
        )

    first = run(bytes)
    assert first.returncode == 0 and told(first.stdout.split(b"\n")[:-1])
    again = run(bytes + log("tentacle-3.22-listening"))
    assert again.returncode == 0
    known = {line for line in told(first.stdout.split(b"\n")[:-1])}
    new = told(again.stdout.split(b"\n")[:-1])
    assert new and not known.intersection(new)
    for other in (log("tentacle-3.22-listening"), bytes[:1000], b"", bytes.replace(b"octopus", b"octupus", 1)):
        refused = run(other)
        assert refused.returncode == 3 and b"--container" in refused.stderr
        assert not told(refused.stdout.split(b"\n")[:-1])
    # Another container's is another log.
    assert run(log("tentacle-3.22-listening"), "--container", "t1").returncode == 0


def test_several_logs_under_one_name_are_all_gone_on_with(scratch: Path) -> None:
    (scratch / "own.yaml").write_text(RULES)
    options = ["-q", "--rules", "own.yaml", "--container", "web", "--state", "state", "--output", "events"]
    for name in ("a.log", "b.log"):
        (scratch / name).write_bytes(log("tentacle-3.22-listening"))
    with Run(scratch, *options, "a.log", "b.log") as run:
        assert run.wait() == 0, run.errors
    before = len(told(lines(scratch / "events")))
    with (scratch / "a.log").open("ab") as file:
        file.write(mark(1))
    with Run(scratch, *options, "a.log", "b.log") as run:
        assert run.wait() == 0, run.errors
    new = told(lines(scratch / "events"))[before:]
    assert [json.loads(line)["data"]["code"] for line in new] == ["own.mark"]
    with Run(scratch, "-F", "--container", "web", "a.log", "b.log") as run:
        assert run.wait() == 64


def test_compressed_by_the_rotation_it_is_the_same(followed: Followed) -> None:
    followed.write(log("server-2018.3.13-first-start"))
    options = followed.options("--state", "state")
    with Run(followed.folder, *options) as run:
        followed.catch_up()
        run.terminate()
    followed.rotate()
    if not shutil.which("gzip"):
        pytest.skip("there is no gzip")
    subprocess.run(["gzip", followed.folder / "x.log.1"], check=True)
    before = len(told(lines(followed.output)))
    with Run(followed.folder, *options) as run:
        followed.catch_up()
        run.terminate()
    assert len(told(lines(followed.output))) == before + 1
    assert len(followed.marks_told()) == 2


def test_files_that_are_gone_are_said_and_startups_keep_their_numbers(followed: Followed) -> None:
    options = followed.options("--state", "state")
    with Run(followed.folder, *options) as run:
        for _ in range(3):
            followed.write(log("server-2018.3.13-first-start"))
            followed.catch_up()
            followed.rotate()
        followed.write(log("server-2018.3.13-first-start"))
        followed.catch_up()
        run.terminate()
    before = told(lines(followed.output))
    for old in ("x.log.3", "x.log.2"):
        (followed.folder / old).unlink()
    with Run(followed.folder, *[option for option in options if option != "-q"]) as run:
        followed.catch_up()
        run.terminate()
    assert "gone" in run.errors
    after = told(lines(followed.output))
    # The mark is new. What was told of the first startups and is so of the others too is told of the first that is left.
    new = [json.loads(line) for line in after[len(before) :]]
    others = [event for event in new if event["type"] != "octolog.finding.raised.v1"]
    assert len(new) == len(others) + 1
    assert {event["type"] for event in others} <= {"octolog.source.detected.v1", "octolog.secret.exposed.v1"}, others
    assert {event["data"]["startup"] for event in others} == {3}
