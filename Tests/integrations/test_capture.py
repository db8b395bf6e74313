"""`octolog capture --docker` reads both streams of containers of a real engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from docker import Engine, engine
from harness import LIMIT, OCTOLOG, wait_for
from containers import case

FAILED = case("server-2018.3.13-sql-login-failed")
SHOPS = {
    "shop-one": case("tentacle-3.22-two-containers-one-name"),
    "shop-two": case("tentacle-3.22-two-containers-one-name", "second.log"),
}


def script(log: str) -> str:
    """Prints the first lines to stdout, the others to stderr; the engine keeps no order of what comes at once."""
    return f"head -n 20 /{log}; sleep 1; tail -n +21 /{log} >&2"


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with engine(tmp_path_factory.mktemp("capture") / "engine", {"failed": FAILED, **SHOPS}) as running:
        running.run("web", script("failed"))
        running.run("quiet", "sleep 600")
        for name in SHOPS:
            running.run(name, script(name))
        for name in ("web", *SHOPS):
            wait_for(lambda name=name: not running.is_running(name), f"{name} has ended")
        yield running


def environment(docker: Engine) -> dict[str, str]:
    """With this engine's client on the PATH."""
    return {
        **docker.environment,
        "PATH": f"{docker.client.path.parent}:{os.environ['PATH']}",
        "DOCKER_HOST": f"unix://{docker.socket}",
    }


def capture(docker: Engine, *arguments: str) -> tuple[int, list[dict], str]:
    result = subprocess.run(
        [OCTOLOG, "capture", *arguments], capture_output=True, timeout=LIMIT, env=environment(docker), check=False)
    return result.returncode, [json.loads(line) for line in result.stdout.splitlines()], result.stderr.decode()


def of(events: list[dict], name: str) -> list[dict]:
    return [event for event in events if event["source"] == f"urn:octolog:container:{name}"]


def test_both_streams_are_read(docker: Engine) -> None:
    code, events, errors = capture(docker, "--docker", "web")
    assert (code, errors) == (0, "")
    failed = [event for event in of(events, "web") if event["type"] == "octolog.startup.failed.v1"]
    assert [event["data"]["rootCause"]["code"] for event in failed] == ["sql-login-failed"]
    assert events[-1]["data"]["lines"] == len(FAILED.splitlines())
    assert events[-1]["data"]["commands"] == [{"input": "docker:web", "exitCode": 0}]
    # The same through a shell, whose pipe has both streams too.
    joined = subprocess.run(
        ["bash", "-c", f'docker logs --timestamps web 2>&1 | "{OCTOLOG}" --container web'],
        capture_output=True, timeout=LIMIT, env=environment(docker), check=True)
    types = [json.loads(line)["type"] for line in joined.stdout.splitlines()]
    assert sorted(types) == sorted(event["type"] for event in events)


def test_several_containers_are_read_side_by_side(docker: Engine) -> None:
    code, events, errors = capture(docker, "--docker", "shop-one", "shop-two", "web")
    assert (code, errors) == (0, "")
    assert all(of(events, name) for name in ("web", *SHOPS))
    assert [event["data"]["class"] for event in events if event["type"] == "octolog.registration.duplicate.v1"] == [
        "same-name"]


def test_a_container_that_is_missing_is_told(docker: Engine) -> None:
    code, _, errors = capture(docker, "--docker", "nobody")
    assert code == 66
    assert errors.startswith("octolog: docker logs nobody ended with exit code 1: ") and "No such container" in errors


def test_a_quiet_container_holds_back_nobody(docker: Engine) -> None:
    docker.run("late", f"sleep 3; {script('failed')}; sleep 600")
    command = [OCTOLOG, "capture", "--follow", "--docker", "quiet", "late"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(docker)) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if b"octolog.secret.exposed.v1" in line:
                break
        assert process.poll() is None and docker.is_running("late")
        process.send_signal(signal.SIGTERM)
        last = process.stdout.read().splitlines()[-1]
        assert process.wait(LIMIT) == 143
    finished = json.loads(last)
    assert finished["type"] == "octolog.run.finished.v1"
    assert [end["input"] for end in finished["data"]["commands"]] == ["docker:quiet", "docker:late"]


def test_nothing_is_left_behind(docker: Engine) -> None:
    command = f'"{OCTOLOG}" capture --follow --docker web quiet | head -n 1'
    subprocess.run(["bash", "-c", command], timeout=LIMIT, env=environment(docker), check=True)
    clients = [path for path in Path("/proc").glob("[0-9]*/cmdline") if is_client(path)]
    assert clients == []


def is_client(path: Path) -> bool:
    try:
        return path.read_bytes().split(b"\0")[1:3] == [b"logs", b"--timestamps"]
    except OSError:
        return False
