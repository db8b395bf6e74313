"""A Docker engine of a test's own: it touches nothing of the machine's, and all of it is gone at the end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness import LIMIT, Program, daemon, missing, program, wait_for

IMAGE = "octolog-test"
# Without these limits no container starts where root may not raise its own.
LIMITS = {
    "nofile": {"Name": "nofile", "Soft": 1024, "Hard": 1024},
    "nproc": {"Name": "nproc", "Soft": 1000, "Hard": 1000},
}
APPLETS = ("sh", "cat", "sleep", "echo", "head", "tail")


@dataclass(frozen=True)
class Engine:
    """A running engine, with an image `IMAGE` of busybox."""

    client: Program
    socket: Path
    folder: Path

    @property
    def command(self) -> list[str]:
        """How the client is called for this engine."""
        return [str(self.client.path), "--host", f"unix://{self.socket}"]

    @property
    def environment(self) -> dict[str, str]:
        """Without the settings of whoever runs the tests."""
        return {**self.client.environment, "DOCKER_CONFIG": str(self.folder / "config")}

    def docker(self, *arguments: object, **options: object) -> str:
        """Runs the client, which has to succeed, and returns what it prints."""
        settings = {"capture_output": True, "timeout": LIMIT, "env": self.environment, **options}
        result = subprocess.run([*self.command, *map(str, arguments)], check=False, **settings)
        assert result.returncode == 0, (arguments, result.stderr.decode(errors="replace"))
        return result.stdout.decode(errors="replace").strip()

    def run(self, name: str, script: str, *options: object) -> None:
        """Starts a container that runs a line of shell."""
        self.docker("run", "--detach", "--name", name, "--network", "none", *options, IMAGE, "sh", "-c", script)

    def is_running(self, name: str) -> bool:
        return self.docker("inspect", "--format", "{{.State.Running}}", name) == "true"


@contextmanager
def engine(folder: Path, files: dict[str, bytes] | None = None) -> Iterator[Engine]:
    """An engine whose image holds `files` below /.

    It lives in namespaces of its own: when their first process ends, so do all containers and mounts.
    """
    if os.geteuid() != 0:
        missing("a Docker engine needs root")
    server, client, unshare = program("docker.io", "dockerd"), program("docker.io", "docker"), shutil.which("unshare")
    busybox = program("busybox-static", "busybox")
    if unshare is None:
        missing("there is no unshare")
    folder.mkdir()
    (folder / "config").mkdir()
    socket = folder / "socket"
    configuration = folder / "daemon.json"
    configuration.write_text(
        json.dumps(
            {
                "data-root": str(folder / "data"),
                "exec-root": str(folder / "exec"),
                "pidfile": str(folder / "pid"),
                "hosts": [f"unix://{socket}"],
                "storage-driver": "vfs",
                "iptables": False,
                "ip6tables": False,
                "ip-forward": False,
                "bridge": "none",
                "default-ulimits": LIMITS,
            }
        )
    )
    # containerd, its shim and runc lie beside it; /run is the place of their sockets.
    environment = {**server.environment, "PATH": f"{server.root}/usr/bin:{os.environ['PATH']}"}
    start = 'mount -t tmpfs tmpfs /run && exec "$@"'
    namespaces = ["--mount", "--pid", "--net", "--fork", "--kill-child", "--mount-proc"]
    arguments = [*namespaces, "sh", "-c", start, "sh", server.path, "--config-file", configuration]
    log = folder / "log"
    with daemon(Program(Path(unshare), Path("/")), *arguments, log=log, env=environment) as process:
        running = Engine(client, socket, folder)

        def answers() -> bool:
            if process.poll() is not None:
                missing(f"dockerd does not start here: {log.read_text()[-400:]}")
            command = [*running.command, "version"]
            return subprocess.run(command, capture_output=True, env=running.environment, check=False).returncode == 0

        try:
            wait_for(answers, "the engine answers")
            load_image(running, busybox.path, files or {})
            yield running
        finally:
            end_namespaces(process)


def end_namespaces(process: subprocess.Popen) -> None:
    """Ends the first process in there, and so all others; unshare itself does not heed SIGTERM."""
    if process.poll() is not None:
        return
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    process.wait(LIMIT)


def load_image(running: Engine, busybox: Path, files: dict[str, bytes]) -> None:
    root = running.folder / "root"
    for name in ("bin", "dev", "etc", "proc", "sys", "tmp"):
        (root / name).mkdir(parents=True)
    shutil.copy(busybox, root / "bin" / "busybox")
    for applet in APPLETS:
        (root / "bin" / applet).symlink_to("busybox")
    for name, content in files.items():
        (root / name).write_bytes(content)
    archive = subprocess.run(["tar", "-C", root, "-c", "."], capture_output=True, check=True).stdout
    running.docker("import", "-", IMAGE, input=archive)
