"""What the tests of the integrations share: octolog, the programs of others, daemons, and waiting for them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INTEGRATIONS = ROOT / "integrations"
CASES = ROOT / "Fixtures" / "cases"
PROGRAMS = Path(os.environ.get("OCTOLOG_PROGRAMS", ROOT / ".programs"))
# Generous: the machine may be busy, and nobody waits as long where all is well.
LIMIT = 60.0


def missing(reason: str) -> None:
    """Skips the test; where CI runs nothing may be skipped."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


# ---------------------------------------------------------------- octolog


def newest_octolog() -> Path:
    if "OCTOLOG" in os.environ:
        return Path(os.environ["OCTOLOG"]).absolute()
    built = [path for kind in ("release", "debug") if (path := ROOT / ".build" / kind / "octolog").exists()]
    if not built:
        pytest.exit("octolog is not built: make build", returncode=1)
    return max(built, key=lambda path: path.stat().st_mtime)


OCTOLOG = newest_octolog()


def octolog(*arguments: object, stdin: bytes | str | None = None) -> subprocess.CompletedProcess[str]:
    """Runs octolog in the project's folder, as fixtures' paths are."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    command = [str(OCTOLOG), *map(str, arguments)]
    result = subprocess.run(command, cwd=ROOT, input=data or b"", capture_output=True, timeout=LIMIT, check=False)
    return subprocess.CompletedProcess(
        command, result.returncode, result.stdout.decode(), result.stderr.decode(errors="replace")
    )


def lines_of(text: str) -> list[str]:
    """splitlines takes more for line ends than JSON does."""
    return text.removesuffix("\n").split("\n") if text else []


def parsed(text: str) -> list[dict]:
    return [json.loads(line) for line in lines_of(text)]


@dataclass(frozen=True)
class Case:
    """A folder of Fixtures/cases: the logs that are read together."""

    name: str

    @property
    def logs(self) -> list[str]:
        return [f"Fixtures/cases/{self.name}/{file}" for file in (CASES / self.name / "arguments").read_text().split()]

    def run(self, *options: object) -> subprocess.CompletedProcess[str]:
        return octolog(*options, *self.logs)


def all_cases() -> list[Case]:
    return [Case(path.name) for path in sorted(CASES.iterdir()) if path.is_dir()]


# ---------------------------------------------------------------- the programs of others


@dataclass(frozen=True)
class Program:
    """A program that Tests/integrations/programs has unpacked, or one of the machine's own."""

    path: Path
    # The folder that its package was unpacked to; / for the machine's own.
    root: Path

    @property
    def environment(self) -> dict[str, str]:
        """With the libraries that were unpacked beside it."""
        if self.root == Path("/"):
            return dict(os.environ)
        machine = os.uname().machine
        below = [f"usr/lib/{machine}-linux-gnu", f"lib/{machine}-linux-gnu", "usr/lib", "lib"]
        below += ["usr/lib/systemd", "lib/systemd", "usr/lib/syslog-ng"]
        below += ["usr/lib/chromium", f"usr/lib/{machine}-linux-gnu/pulseaudio"]
        paths = [str(self.root / folder) for folder in below if (self.root / folder).is_dir()]
        return {**os.environ, "LD_LIBRARY_PATH": ":".join(paths), "LC_ALL": "C.UTF-8"}

    def run(self, *arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [str(self.path), *map(str, arguments)]
        settings = {"capture_output": True, "text": True, "timeout": LIMIT, "env": self.environment, **options}
        return subprocess.run(command, check=False, **settings)


def program(package: str, name: str) -> Program:
    """The program of that name in a Debian package; the test is skipped where it can't be had."""
    root = PROGRAMS / package
    for folder in ("usr/sbin", "usr/bin", "sbin", "bin", "lib/systemd", "usr/lib/systemd"):
        if (path := root / folder / name).exists():
            return Program(path, root)
    if found := shutil.which(name):
        return Program(Path(found), Path("/"))
    missing(f"{name} of Debian's package {package} could not be had: see {PROGRAMS / 'skipped'}")
    raise AssertionError


def python_program(name: str) -> Program:
    """A program of a package from PyPI, in the .venv that make test makes."""
    path = ROOT / ".venv" / "bin" / name
    if not path.exists():
        missing(f"{name} is not in .venv: make test installs it")
    return Program(path, Path("/"))


# ---------------------------------------------------------------- daemons


def wait_for(holds: Callable[[], object], what: str, seconds: float = LIMIT) -> object:
    """What `holds` returns once it is true; the test fails if it does not come to that."""
    end = time.monotonic() + seconds
    while True:
        if value := holds():
            return value
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(0.05)


@contextmanager
def daemon(command: Program, *arguments: object, log: Path, **options: object) -> Iterator[subprocess.Popen]:
    """A program in the background, with its output in `log`; ended at the end, with all that it started."""
    settings = {"env": command.environment, "stdin": subprocess.DEVNULL, "start_new_session": True, **options}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(command.path), *map(str, arguments)], stdout=output, stderr=subprocess.STDOUT, **settings
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def configured(source: Path, target: Path, replacements: dict[str, object]) -> Path:
    """A configuration as it is shipped, but for the paths and ports of this test; each has to occur in it."""
    text = source.read_text()
    for shipped, here in replacements.items():
        assert shipped in text, f"{source} does not hold {shipped}"
        text = text.replace(shipped, str(here))
    target.write_text(text)
    return target
