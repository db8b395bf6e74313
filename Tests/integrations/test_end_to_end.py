"""From a container's log to an alert: Docker, octolog, node_exporter, Prometheus, Alertmanager, a webhook."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docker import Engine, engine
from harness import CASES, OCTOLOG, end, wait_for
from monitoring import alertmanager, node_exporter, prometheus, unit_command, webhook

NAME = "OctopusServer"
# ProtectSystem=strict but for two folders, CapabilityBoundingSet=CAP_DAC_OVERRIDE and NoNewPrivileges=yes.
CONFINED = (
    *("unshare", "--mount", "sh", "-ec"),
    'mount --bind "$1" "$1"; mount --bind "$2" "$2"; shift 2; mount -o remount,bind,ro /; '
    'if touch /may-not-be 2>/dev/null; then exit 1; fi; '
    'exec setpriv --no-new-privs --bounding-set=-all,+dac_override "$@"',
    "sh",
)


@contextmanager
def unit(running: Engine, folder: Path, events: Path, log: Path) -> Iterator[subprocess.Popen]:
    """Does what systemd does with the unit: starts it again when it ends, and lets it do no more than it may."""
    replacements = {
        "%i": NAME,
        "docker ": f"{shlex.join(running.command)} ",
        "/usr/local/bin/octolog": OCTOLOG,
        "/var/lib/prometheus/node-exporter": folder,
        "/var/log/octolog": events,
    }
    script = f"while :; do {unit_command('octolog@.service', replacements)}; sleep 0.5; done"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*CONFINED, folder, events, "/bin/sh", "-c", script],
            env=running.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def test_a_containers_failed_startup_is_an_alert_until_a_later_one_succeeds(scratch: Path) -> None:
    # The container says what a Server said whose SQL Server refused the login, and when it is started again, what one
    # said that came up; as the image does, it fails on stderr, and it ends when it failed.
    bad = (CASES / "server-2018.3.13-sql-login-failed" / "input.log").read_bytes()
    good = (CASES / "server-2018.3.13-first-start" / "input.log").read_bytes()
    script = (
        "if [ -e /again ]; then cat /good; sleep 1000; fi; echo >/again; "
        "head -n 2 /bad; sleep 1; tail -n +3 /bad >&2; exit 1"
    )
    folder = scratch / "textfile"
    folder.mkdir()
    events = scratch / "events"
    events.mkdir()
    with (
        engine(scratch / "d", {"bad": bad, "good": good}) as running,
        webhook() as receiver,
        alertmanager(scratch, receiver.port) as manager,
        node_exporter(folder, scratch) as node,
        prometheus(scratch, node, manager) as server,
    ):
        # As where the folder is another's.
        os.chown(folder, 65534, 65534)
        running.run(NAME, script)
        with unit(running, folder, events, scratch / "unit.log"):
            alert = wait_for(lambda: receiver.last("OctologStartupFailed"), "the webhook gets the alert")
            assert alert["status"] == "firing"
            assert {
                "container": NAME,
                "cause": "sql-login-failed",
                "phase": "database",
                "product": "server",
                "run": f"octolog_{NAME}",
                "severity": "critical",
            }.items() <= alert["labels"].items()
            assert alert["annotations"]["action"] == (
                f"octolog explain sql-login-failed; docker logs {NAME} 2>&1 | octolog report"
            )
            assert not running.is_running(NAME)
            # While octolog reads the log again and again, the alert stays one and the same.
            began = f'octolog_startups_total{{container="{NAME}",outcome="began"}}'
            assert server.value(began) == 1

            running.docker("start", NAME)
            is_over = lambda: receiver.last("OctologStartupFailed")["status"] == "resolved"  # noqa: E731
            wait_for(is_over, "the webhook hears that it is over")
            assert server.value(began) == 2
            resolved = receiver.last("OctologStartupFailed")
            assert resolved["labels"] == alert["labels"]
            failures = [a for a in receiver.alerts if a["labels"]["alertname"] == "OctologStartupFailed"]
            assert {a["startsAt"] for a in failures} == {alert["startsAt"]}
            # What the log showed besides arrives too.
            wait_for(lambda: receiver.last("OctologMasterKeyPrinted"), "the alert of the master key")
            assert running.is_running(NAME)

            # A container that is gone takes nothing back: its file stays as it is, and grows old.
            files = [folder / f"octolog_{NAME}.prom", events / f"{NAME}.ndjson"]
            running.docker("rm", "--force", NAME)
            error = f"No such container: {NAME}"
            wait_for(lambda: error in (scratch / "unit.log").read_text(), "the unit finds no container")
            left = [(file.stat().st_mtime_ns, file.read_bytes()) for file in files]
            times = (scratch / "unit.log").read_text().count(error)
            wait_for(lambda: (scratch / "unit.log").read_text().count(error) > times + 1, "the unit tries again")
            assert [(file.stat().st_mtime_ns, file.read_bytes()) for file in files] == left
            assert f'container="{NAME}",product="server",outcome="began"}} 2' in files[0].read_text()
            assert b'"octolog.startup.succeeded.v1"' in files[1].read_bytes()
