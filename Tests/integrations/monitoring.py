"""node_exporter, Prometheus, Alertmanager and a webhook on loopback, with the configurations that are shipped."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness import INTEGRATIONS, Program, configured, daemon, free_port, missing, program, wait_for

SHIPPED = INTEGRATIONS / "prometheus"
# A proxy that the machine may have is none for loopback.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def get(url: str) -> str | None:
    """What a page says; None while there is none."""
    try:
        with OPENER.open(url, timeout=10) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def unit_command(unit: str, replacements: dict[str, object]) -> str:
    """The line of shell that a unit runs, with what is of this test in it; each has to occur."""
    lines = (SHIPPED / unit).read_text().splitlines()
    (line,) = (line.removeprefix("ExecStart=") for line in lines if line.startswith("ExecStart="))
    words = shlex.split(line)
    script = words[2] if words[:2] == ["/bin/sh", "-c"] else line
    return replaced(script, replacements)


def replaced(script: str, replacements: dict[str, object]) -> str:
    for shipped, here in replacements.items():
        assert shipped in script, f"{shipped} is not in {script}"
        script = script.replace(shipped, str(here))
    return script


@contextmanager
def node_exporter(folder: Path, scratch: Path) -> Iterator[int]:
    """node_exporter with the files of a folder, and nothing else; yields its port."""
    port = free_port()
    arguments = [
        "--collector.disable-defaults",
        "--collector.textfile",
        f"--collector.textfile.directory={folder}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    exporter = program("prometheus-node-exporter", "prometheus-node-exporter")
    with daemon(exporter, *arguments, log=scratch / "node_exporter.log"):
        wait_for(lambda: get(f"http://127.0.0.1:{port}/metrics"), "node_exporter answers")
        yield port


def shipped_rules(target: Path, replacements: dict[str, object] | None = None) -> Path:
    """The rules as they are shipped, but that nothing has to last."""
    short = {"for: 10m": "for: 1s", "for: 1m": "for: 1s"}
    return configured(SHIPPED / "octolog.rules.yml", target, {**short, **(replacements or {})})


@dataclass(frozen=True)
class Prometheus:
    port: int

    def query(self, expression: str) -> list[dict]:
        query = urllib.parse.urlencode({"query": expression})
        answer = get(f"http://127.0.0.1:{self.port}/api/v1/query?{query}")
        return json.loads(answer)["data"]["result"] if answer else []

    def value(self, expression: str) -> float | None:
        """The value of the one series that there is; None where there is none."""
        found = self.query(expression)
        return float(found[0]["value"][1]) if len(found) == 1 else None

    def firing(self, name: str | None = None) -> list[dict]:
        """The alerts that fire."""
        answer = get(f"http://127.0.0.1:{self.port}/api/v1/alerts")
        alerts = json.loads(answer)["data"]["alerts"] if answer else []
        firing = [alert for alert in alerts if alert["state"] == "firing"]
        return [alert for alert in firing if name in (None, alert["labels"]["alertname"])]


@contextmanager
def prometheus(scratch: Path, node: int, alertmanager: int | None = None) -> Iterator[Prometheus]:
    """Prometheus as configured, but that it looks each second."""
    port = free_port()
    rules = shipped_rules(scratch / "octolog.rules.yml")
    configuration = configured(
        SHIPPED / "prometheus.yml",
        scratch / "prometheus.yml",
        {
            "/etc/prometheus/octolog.rules.yml": rules,
            "scrape_interval: 15s": "scrape_interval: 1s",
            "evaluation_interval: 15s": "evaluation_interval: 1s",
            "localhost:9100": f"127.0.0.1:{node}",
            "localhost:9093": f"127.0.0.1:{alertmanager or free_port()}",
        },
    )
    arguments = [
        f"--config.file={configuration}",
        f"--storage.tsdb.path={scratch / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with daemon(program("prometheus", "prometheus"), *arguments, log=scratch / "prometheus.log", cwd=scratch):
        wait_for(lambda: get(f"http://127.0.0.1:{port}/-/ready"), "Prometheus is ready")
        yield Prometheus(port)


def with_its_share(manager: Program) -> tuple[Program, ...]:
    """Debian's Alertmanager reads its templates from a fixed place: where it is not installed, it is shown its own."""
    templates = Path("/usr/share/prometheus/alertmanager/default.tmpl")
    if templates.exists():
        return (manager,)
    unshare = shutil.which("unshare")
    if unshare is None:
        missing(f"{templates} is not there, and there is no unshare to show it")
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    script = 'mount --bind "$1" /usr/share && shift && exec "$@"'
    arguments = [*user, "--mount", "sh", "-c", script, "sh", manager.root / "usr" / "share", manager.path]
    return (Program(Path(unshare), Path("/")), *arguments)


@contextmanager
def alertmanager(scratch: Path, webhook: int) -> Iterator[int]:
    """Alertmanager as configured, but that it waits for nothing; yields its port."""
    port = free_port()
    configuration = configured(
        SHIPPED / "alertmanager.yml",
        scratch / "alertmanager.yml",
        {
            "group_wait: 30s": "group_wait: 1s",
            "group_interval: 5m": "group_interval: 1s",
            "localhost:9099": f"127.0.0.1:{webhook}",
            "localhost:25": f"127.0.0.1:{free_port()}",
        },
    )
    arguments = [
        f"--config.file={configuration}",
        f"--storage.path={scratch / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    command = with_its_share(program("prometheus-alertmanager", "prometheus-alertmanager"))
    with daemon(*command, *arguments, log=scratch / "alertmanager.log", cwd=scratch):
        wait_for(lambda: get(f"http://127.0.0.1:{port}/-/ready"), "Alertmanager is ready")
        yield port


@dataclass
class Webhook:
    port: int
    # The alerts of all messages, in the order in which they came.
    alerts: list[dict] = field(default_factory=list)

    def last(self, name: str) -> dict | None:
        """The last that was said of an alert."""
        return next((alert for alert in reversed(self.alerts) if alert["labels"]["alertname"] == name), None)


@contextmanager
def webhook() -> Iterator[Webhook]:
    """Takes what Alertmanager sends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.alerts += json.loads(body)["alerts"]
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Webhook(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
