"""octolog --metrics-file with promtool, amtool, node_exporter and Prometheus, and the rules that are shipped."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from harness import CASES, LIMIT, OCTOLOG, ROOT, all_cases, configured, end, octolog, program, wait_for
from monitoring import SHIPPED, Prometheus, get, node_exporter, prometheus, replaced, unit_command

SERIES = re.compile(r"^(\w+)\{(.*)\} (\S+)$")


def check(file: Path) -> str:
    """What promtool has to say of a file of metrics: nothing, if all is well."""
    result = program("prometheus", "promtool").run("check", "metrics", input=file.read_text())
    return result.stdout + result.stderr + (f"exit code {result.returncode}" if result.returncode else "")


def series_of(text: str) -> dict[str, float]:
    found = [SERIES.match(line) for line in text.splitlines() if line and not line.startswith("#")]
    assert all(found)
    return {f"{match[1]}{{{match[2]}}}": float(match[3]) for match in found}


class Follower:
    """octolog that follows a pipe, as behind docker logs --follow."""

    def __init__(self, metrics: Path, container: str) -> None:
        command = [OCTOLOG, "--quiet", "--container", container, "--metrics-file", metrics, "--output", "/dev/null"]
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, start_new_session=True)

    def write(self, text: bytes) -> None:
        self.process.stdin.write(text)
        self.process.stdin.flush()


@contextmanager
def follower(metrics: Path, container: str) -> Iterator[Follower]:
    running = Follower(metrics, container)
    try:
        yield running
    finally:
        if not running.process.stdin.closed:
            running.process.stdin.close()
        end(running.process)


def log_of(case: str) -> bytes:
    return (CASES / case / "input.log").read_bytes()


# ---------------------------------------------------------------- what is shipped


def test_promtool_takes_the_rules_and_their_tests_hold(scratch: Path) -> None:
    promtool = program("prometheus", "promtool")
    rules = promtool.run("check", "rules", "octolog.rules.yml", cwd=SHIPPED)
    assert rules.returncode == 0 and "9 rules found" in rules.stdout, rules
    tests = promtool.run("test", "rules", "octolog.rules.test.yml", cwd=SHIPPED)
    assert tests.returncode == 0, tests
    replacements = {"/etc/prometheus/octolog.rules.yml": SHIPPED / "octolog.rules.yml"}
    config = configured(SHIPPED / "prometheus.yml", scratch / "prometheus.yml", replacements)
    checked = promtool.run("check", "config", config)
    assert checked.returncode == 0 and "SUCCESS" in checked.stdout, checked


BROKEN = {
    "octolog_startup_failed == 1": "octolog_startup_failed == 2",
    "for: 10m": "for: 1m",
    "octolog_master_keys_shown_total > 0": "increase(octolog_master_keys_shown_total[1h]) > 0",
    "octolog_secrets_exposed_total > 0": "octolog_secrets_exposed_total >= 0",
    "(octolog_duplicate_registrations[15m]) > 0": "(octolog_duplicate_registrations[15m]) >= 0",
    "max_over_time": "last_over_time",
    "{{ if gt $value 1.0 }}": "{{ if gt $value 0.0 }}",
    'changes(octolog_startups_total{outcome="began"}[15m])': "increase(octolog_startups_total[15m])",
    ">= 50": ">= 10",
    "sql-unreachable|": "",
    "> 600": "> 60",
    "octolog explain {{ $labels.cause }}": "octolog explain",
}


@pytest.mark.parametrize("right", BROKEN)
def test_the_tests_of_the_rules_find_a_rule_that_is_wrong(right: str, scratch: Path) -> None:
    configured(SHIPPED / "octolog.rules.yml", scratch / "octolog.rules.yml", {right: BROKEN[right]})
    shutil.copy(SHIPPED / "octolog.rules.test.yml", scratch)
    result = program("prometheus", "promtool").run("test", "rules", "octolog.rules.test.yml", cwd=scratch)
    assert result.returncode == 1 and "exp:" in result.stderr + result.stdout, result


def test_every_code_that_the_rules_name_is_one_of_octologs() -> None:
    # Its lines are codes with their titles, under headings.
    codes = {line.split()[0] for line in octolog("explain").stdout.splitlines() if line.startswith("  ")}
    named = re.search(r'cause=~"([^"]*)"', (SHIPPED / "octolog.rules.yml").read_text())
    assert set(named[1].split("|")) <= codes


def test_amtool_takes_the_configuration() -> None:
    result = program("prometheus-alertmanager", "amtool").run("check-config", SHIPPED / "alertmanager.yml")
    assert result.returncode == 0 and "1 receivers" in result.stdout, result


UNITS = sorted(path.name for path in SHIPPED.iterdir() if path.suffix in (".service", ".timer"))


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_the_unit(unit: str, scratch: Path) -> None:
    assert len(UNITS) == 3
    for name in UNITS:
        # What is run has to be there.
        (scratch / name).write_text((SHIPPED / name).read_text().replace("/usr/local/bin/octolog", str(OCTOLOG)))
    analyze = program("systemd", "systemd-analyze")
    result = analyze.run("verify", "--man=no", scratch / unit)
    assert result.returncode == 0 and not result.stderr, result
    broken = configured(SHIPPED / unit, scratch / unit, {"[Unit]\n": "[Unit]\nAfterwards=x\n"})
    assert "Afterwards" in analyze.run("verify", "--man=no", broken).stderr


# ---------------------------------------------------------------- the lines that run octolog


class Host:
    """Runs the lines that are shipped, with containers whose logs are files."""

    def __init__(self, scratch: Path, logs: dict[str, Path]) -> None:
        self.metrics, self.events, programs = scratch / "textfile", scratch / "events", scratch / "bin"
        for folder in (self.metrics, self.events, programs):
            folder.mkdir()
        self.down = scratch / "down"
        cases = "".join(f'"{name}") log="{log}";; ' for name, log in logs.items())
        docker = programs / "docker"
        docker.write_text(
            "#!/bin/sh\n"
            'for name; do :; done\n'
            f'case "$name" in {cases}*) log=;; esac\n'
            f'[ -n "$log" ] && ! [ -e {self.down} ] || {{ echo "Error: No such container: $name" >&2; exit 1; }}\n'
            'case "$*" in "container inspect $name") echo "[{}]";; "logs "*) cat "$log" >&2;; *) exit 125;; esac\n'
        )
        docker.chmod(0o755)
        (programs / "octolog").symlink_to(OCTOLOG)
        self.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
        self.replacements = {"/var/lib/prometheus/node-exporter": self.metrics, "/var/log/octolog": self.events}

    def line_of(self, unit: str, name: str | None = None) -> str:
        instance = {"%i": name} if name else {}
        return unit_command(unit, {**self.replacements, **instance, "/usr/local/bin/octolog": OCTOLOG})

    def sh(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-c", line],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )


def lines_that_follow(host: Host) -> dict[str, str]:
    """What starts octolog on a container, in the unit and in README.md."""
    printed = re.findall(r"^(?:\S+ \S+ \S+ \S+ \S+ root )?(docker .*--metrics-file .*)$", README.read_text(), re.M)
    by_hand, cron = (replaced(line, host.replacements) for line in printed)
    cron = replaced(cron, {"/usr/local/bin/octolog": OCTOLOG})
    return {"unit": host.line_of("octolog@.service", "OctopusServer"), "by hand": by_hand, "cron": cron}


README = SHIPPED / "README.md"


@pytest.mark.parametrize("which", ["unit", "by hand", "cron"])
def test_a_container_that_is_away_leaves_the_metrics_as_they_are(which: str, scratch: Path) -> None:
    host = Host(scratch, {"OctopusServer": CASES / "server-2018.3.13-sql-login-failed" / "input.log"})
    line = lines_that_follow(host)[which]
    result = host.sh(line)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    files = [host.metrics / "octolog_OctopusServer.prom", host.events / "OctopusServer.ndjson"]
    good = [(file.stat().st_mtime_ns, file.read_bytes()) for file in files]
    assert b"octolog_startup_failed{" in good[0][1] and b"octolog.startup.failed.v1" in good[1][1]
    host.down.touch()
    result = host.sh(line)
    assert result.returncode != 0 and "No such container" in result.stderr
    assert [(file.stat().st_mtime_ns, file.read_bytes()) for file in files] == good
    # What would happen without the question: the error is read as a log that has no failures.
    host.sh(line.split(" && ", 1)[1])
    assert "octolog_startup_failed{" not in files[0].read_text()


def test_two_containers_under_one_name_are_an_alert(scratch: Path) -> None:
    twins = CASES / "tentacle-3.22-two-containers-one-name"
    host = Host(scratch, {"Tentacle1": twins / "input.log", "Tentacle2": twins / "second.log"})
    duplicates = re.compile(r'^octolog_duplicate_registrations\{.*class="(.*)"\} (\S+)$', re.M)

    def correlated(*containers: str) -> dict[str, str]:
        for name in containers:
            assert host.sh(host.line_of("octolog@.service", name)).returncode == 0
            # Each alone says nothing.
            alone = (host.metrics / f"octolog_{name}.prom").read_text()
            assert set(dict(duplicates.findall(alone)).values()) == {"0"}
        result = host.sh(host.line_of("octolog-correlate.service"))
        assert (result.returncode, result.stderr) == (0, "")
        return dict(duplicates.findall(metrics.read_text()))

    metrics = host.metrics / "octolog_correlate.prom"
    assert set(correlated("Tentacle1").values()) == {"0"}
    found = correlated("Tentacle2")
    assert found.pop("same-name") == "1" and set(found.values()) == {"0"}
    assert check(metrics) == ""
    rules_fire_of_duplicates(metrics, scratch)
    # A line that is being written.
    with (host.events / "Tentacle1.ndjson").open("a") as events:
        events.write('{"type":"octo')
    accepted = re.search(r"^SuccessExitStatus=(\d+)$", (SHIPPED / "octolog-correlate.service").read_text(), re.M)
    assert host.sh(host.line_of("octolog-correlate.service")).returncode == int(accepted[1])
    assert dict(duplicates.findall(metrics.read_text()))["same-name"] == "1"


def rules_fire_of_duplicates(metrics: Path, scratch: Path) -> None:
    """promtool finds that the rule fires of these metrics for the name and for nothing else."""
    shutil.copy(SHIPPED / "octolog.rules.yml", scratch)
    labels = {"severity": "warning", "run": "octolog_correlate", "class": "same-name"}
    alert = {
        "exp_labels": labels,
        "exp_annotations": {
            "summary": "Tentacles are registered twice: same-name",
            "action": "octolog explain same-name; octolog correlate --format text /var/log/octolog/ names them",
        },
    }
    series = series_of("\n".join(line for line in metrics.read_text().splitlines() if "duplicate_reg" in line))
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": f"{value:.0f}x5"} for name, value in series.items()],
        "alert_rule_test": [
            {"alertname": "OctologDuplicateRegistration", "eval_time": "1m", "exp_alerts": [alert]},
        ],
    }
    # JSON is YAML too.
    (scratch / "test.yml").write_text(json.dumps({"rule_files": ["octolog.rules.yml"], "tests": [test]}))
    result = program("prometheus", "promtool").run("test", "rules", "test.yml", cwd=scratch)
    assert result.returncode == 0, result


# ---------------------------------------------------------------- the format


def test_promtool_takes_the_metrics_of_every_case_and_no_secret_is_in_them(scratch: Path) -> None:
    file = scratch / "octolog_all.prom"
    logs = [log for case in all_cases() for log in case.logs]
    octolog("--metrics-file", file, "--output", scratch / "events", *logs)
    assert check(file) == ""
    text = file.read_text()
    # Something of every family.
    families = set(re.findall(r"^# TYPE (\w+)", text, re.M))
    assert families >= {
        "octolog_build_info",
        "octolog_lines_total",
        "octolog_startups_total",
        "octolog_restarts_total",
        "octolog_phase_duration_seconds",
        "octolog_findings_total",
        "octolog_secrets_exposed_total",
        "octolog_master_keys_shown_total",
        "octolog_duplicate_registrations",
        "octolog_startup_failed",
        "octolog_container_stopped",
    }
    secrets = [
        secret
        for case in all_cases()
        for line in (CASES / case.name / "expected").read_text().splitlines()
        if line.startswith("secrets:")
        for secret in line.removeprefix("secrets:").strip().split("\t")
        if secret
    ]
    assert len(secrets) > 50
    assert [secret for secret in secrets if secret in text] == []
    # What many hosts' events say together.
    fleet = scratch / "octolog_fleet.prom"
    assert octolog("correlate", "--metrics-file", fleet, scratch / "events").returncode in (0, 3)
    assert check(fleet) == ""
    counts = {name: value for name, value in series_of(fleet.read_text()).items() if "duplicate_registrations" in name}
    assert len(counts) == 6 and all(value > 0 for value in counts.values()), counts


def test_promtool_takes_the_metrics_of_hostile_input(scratch: Path) -> None:
    names = [b'quote"', b"back\\slash", b"new\\nline", "ümläut€".encode(), b"\x1b[31mred\x1b[0m", b"bad\xff\xfe"]
    names.append(b"n" * 5000)
    boots = [b"VERBOSE: [2018-07-02T09:15:01] Configuring Octopus Deploy", b"VERBOSE: [2018-07-02T09:15:02] Exiting"]
    log = b"".join(
        b'{"log":"%s\\n","stream":"stdout","kubernetes":{"pod_name":"%s","container_name":"c"}}\n' % (line, name)
        for name in names
        for line in boots
    )
    log += b"".join(b"%s  | %s\n" % (name, line) for name in names for line in boots)
    named = scratch / "names.log"
    named.write_bytes(log)
    # What grows without bounds is unpacked for long, and is not of this.
    hostile = [path for path in (ROOT / "Fixtures" / "hostile").iterdir() if path.stem != "bomb"]
    for number, arguments in enumerate(
        [hostile, [named], *(["--container", name, named] for name in ('a"b\\c\nd', "{}=,#", "é" * 500))]
    ):
        file = scratch / f"octolog_{number}.prom"
        octolog("--metrics-file", file, *arguments)
        assert check(file) == ""
        assert "octolog_lines_total" in file.read_text()
    strange = scratch / 'octolog_"strange\\ näme.prom'
    octolog("--metrics-file", strange, named)
    assert check(strange) == ""


# ---------------------------------------------------------------- node_exporter


def test_node_exporter_takes_the_files_of_two_followers(scratch: Path) -> None:
    folder = scratch / "textfile"
    folder.mkdir()
    # Two followers of one container, and of logs that are alike: nothing but the file tells their series apart.
    files = [folder / "octolog_one.prom", folder / "octolog_two.prom"]
    with follower(files[0], "web") as one, follower(files[1], "web") as two:
        for running in (one, two):
            running.write(log_of("server-2018.3.13-sql-login-failed"))
        wait_for(lambda: all(file.exists() for file in files), "both followers write")
        with node_exporter(folder, scratch) as port:

            def seen() -> str:
                page = get(f"http://127.0.0.1:{port}/metrics") or ""
                assert "node_textfile_scrape_error 0" in page
                return page if page.count("octolog_startup_in_progress{") == 2 else ""

            page = str(wait_for(seen, "both followers' series"))
            for file in files:
                # node_exporter sorts labels.
                wanted = {tuple(sorted(labels(name))): value for name, value in series_of(file.read_text()).items()}
                got = {tuple(sorted(labels(name))): value for name, value in series_of_page(page).items()}
                assert wanted.items() <= got.items()
                assert f'node_textfile_mtime_seconds{{file="{file}"}}' in page
            # What the label is for: of a series that is in two files one is left out, and nothing but a log says so.
            for running in (one, two):
                running.process.stdin.close()
                running.process.wait(LIMIT)
            files[1].write_text(files[1].read_text().replace("octolog_two", "octolog_one"))
            page = str(get(f"http://127.0.0.1:{port}/metrics"))
            assert page.count("\noctolog_startup_failed{") == 1 and "node_textfile_scrape_error 0" in page
            assert "was collected before with the same name" in (scratch / "node_exporter.log").read_text()


def labels(series: str) -> list[str]:
    name, _, rest = series.partition("{")
    return [name, *re.findall(r'\w+="[^"]*"', rest)]


def series_of_page(page: str) -> dict[str, float]:
    return series_of("\n".join(line for line in page.splitlines() if line.startswith("octolog_")))


# ---------------------------------------------------------------- Prometheus


def wait_for_alert(server: Prometheus, name: str, expected: list[dict]) -> None:
    """Waits until just these alerts of a name fire, their labels compared as far as they are named."""

    def holds() -> bool:
        found = [alert["labels"] for alert in server.firing(name)]
        return len(found) == len(expected) and all(any(one.items() <= f.items() for f in found) for one in expected)

    wait_for(holds, f"{name} fires for {expected}, and not {[a['labels'] for a in server.firing(name)]}")


def test_every_alert_fires_from_a_logs_metrics_and_from_no_other(scratch: Path) -> None:
    folder = scratch / "textfile"
    folder.mkdir()

    def run(name: str, *logs: str | Path) -> None:
        paths = [log if isinstance(log, Path) else CASES / log / "input.log" for log in logs]
        options = ["--container", name] if len(paths) == 1 else []
        octolog("--metrics-file", folder / f"octolog_{name}.prom", *options, *(os.path.relpath(p, ROOT) for p in paths))

    run("refused", "server-2018.3.13-sql-login-failed")
    run("away", "server-2018.3.13-sql-unreachable")
    run("weak", "sql-server-2022-weak-sa-password")
    run("good", "server-2019.3.0-s3-masked")
    run("key", "server-2018.3.13-first-start")
    twins = [CASES / "tentacle-3.22-two-containers-one-name" / name for name in ("input.log", "second.log")]
    run("twins", *twins)
    strange = scratch / "strange.log"
    known = log_of("server-2018.8.4-s2-first-start").split(b"\n")
    unknown = [b"[2018-08-20T10:00:0%d] Frobnicating %d" % (number % 9, number) for number in range(60)]
    # It comes to its end, lest it be stuck.
    strange.write_bytes(b"\n".join([*known[:3], *unknown, *known[3:]]))
    octolog("--metrics-file", folder / "octolog_strange.prom", "--container", "strange", strange)
    long_ago = time.time() - 3600
    os.utime(folder / "octolog_good.prom", (long_ago, long_ago))

    with (
        follower(folder / "octolog_loop.prom", "loop") as loop,
        follower(folder / "octolog_stuck.prom", "stuck") as stuck,
        node_exporter(folder, scratch) as node,
        prometheus(scratch, node) as server,
    ):
        stuck.write(log_of("server-2018.3.13-cut-in-database"))
        # A container that comes up, fails and comes up again; Prometheus sees each time.
        attempt = log_of("server-2018.3.13-sql-login-failed")
        for count in range(1, 5):
            loop.write(attempt)
            series = 'octolog_startups_total{container="loop",outcome="began"}'
            wait_for(lambda: server.value(series) == count, f"Prometheus knows of startup {count}")
            if count < 4:
                assert server.firing("OctologRestartLoop") == []

        failed = {"cause": "sql-login-failed", "phase": "database", "product": "server", "severity": "critical"}
        weak = {"container": "weak", "cause": "sa-password-weak", "product": "sql-server"}
        away = {"container": "away", "cause": "sql-unreachable", "product": "server"}
        wait_for_alert(
            server,
            "OctologStartupFailed",
            [{"container": "refused", **failed}, {"container": "loop", **failed}, weak, away],
        )
        wait_for_alert(server, "OctologSqlNotReady", [weak, away])
        wait_for_alert(
            server,
            "OctologStartupStuck",
            [{"container": "stuck", "phase": "database"}, {"container": "loop", "phase": "database"}],
        )
        wait_for_alert(server, "OctologRestartLoop", [{"container": "loop", "run": "octolog_loop"}])
        wait_for_alert(server, "OctologMasterKeyPrinted", [{"container": "key", "trusted": "true"}])
        exposed = [("key", "master-key"), *((name, "password") for name in ("key", "refused", "away", "loop", "strange"))]
        exposed += [(str(log.relative_to(ROOT)), "api-key") for log in twins]
        wait_for_alert(server, "OctologSecretExposed", [{"container": name, "kind": kind} for name, kind in exposed])
        assert "good" not in {alert["labels"].get("container") for alert in server.firing()}
        wait_for_alert(server, "OctologDuplicateRegistration", [{"run": "octolog_twins", "class": "same-name"}])
        wait_for_alert(server, "OctologUnrecognisedShare", [{"run": "octolog_strange"}])
        wait_for_alert(server, "OctologGone", [{"file": str(folder / "octolog_good.prom")}])
        # What to do is said with what is the matter.
        alert = next(a for a in server.firing("OctologStartupFailed") if a["labels"]["container"] == "refused")
        assert alert["annotations"] == {
            "summary": "refused did not start: sql-login-failed in phase database",
            "action": "octolog explain sql-login-failed; docker logs refused 2>&1 | octolog report",
        }
        assert octolog(*alert["annotations"]["action"].partition(";")[0].split()[1:]).returncode == 0


def test_the_readme_names_what_is_there() -> None:
    text = (SHIPPED / "README.md").read_text()
    for path in SHIPPED.iterdir():
        assert path.name in text or path.name == "README.md"
    for alert in re.findall(r"alert: (\w+)", (SHIPPED / "octolog.rules.yml").read_text()):
        assert alert in text
