"""Runs the Spark jobs on this machine, with two executors that are processes of their own."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JOBS = ROOT / "integrations/spark"
VENV = ROOT / ".venv-spark"
PYTHON = VENV / "bin/python"

# The jobs are short: they are over before the second compiler has made them faster.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

# The event log says which executors there were, and what they did.
SETTINGS = (
    "spark.driver.host=127.0.0.1",
    "spark.driver.bindAddress=127.0.0.1",
    f"spark.driver.extraJavaOptions={JAVA_OPTIONS}",
    f"spark.executor.extraJavaOptions={JAVA_OPTIONS}",
    "spark.ui.enabled=false",
    "spark.eventLog.enabled=true",
    "spark.eventLog.rolling.enabled=false",
    "spark.eventLog.compress=false",
)

LIMIT = 300  # seconds, on a machine that has other things to do too


def missing() -> str | None:
    """What has to be installed first."""
    if not (VENV / "ready").exists():
        return "PySpark is not installed in .venv-spark; make test-spark does that"
    java = Path(os.environ["JAVA_HOME"], "bin/java") if "JAVA_HOME" in os.environ else "java"
    try:
        said = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    except FileNotFoundError:
        return "there is no Java"
    version = re.search(r'version "(\d+)', said)
    return None if version and int(version[1]) >= 17 else f"Java is older than 17: {said.splitlines()[0]}"


def home() -> Path:
    return next(VENV.glob("lib/python*/site-packages/pyspark"))


class Job:
    """A run of one of the jobs."""

    started: list[Job] = []

    def __init__(
        self, scratch: Path, script: str, *arguments: object, conf: Iterable[str] = (), files: str = ""
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=scratch))
        (self.folder / "events").mkdir()
        command = [str(home() / "bin/spark-submit"), "--master", "local-cluster[2,1,1024]"]
        for setting in (*SETTINGS, f"spark.eventLog.dir=file:{self.folder}/events", *conf):
            command += ["--conf", setting]
        command += ["--files", files] if files else []
        command += ["--py-files", str(JOBS / "octolog_process.py"), str(JOBS / script), *map(str, arguments)]
        environment = os.environ | {
            "SPARK_HOME": str(home()),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_LOCAL_HOSTNAME": "localhost",
            "SPARK_LOCAL_DIRS": str(self.folder / "local"),
            "PYSPARK_PYTHON": str(PYTHON),
            "PYSPARK_DRIVER_PYTHON": str(PYTHON),
        }
        with open(self.folder / "out", "w") as out, open(self.folder / "err", "w") as err:
            # In a group of its own, to be ended with all that it has started.
            self.process = subprocess.Popen(command, stdout=out, stderr=err, env=environment, start_new_session=True)
        Job.started.append(self)

    def finish(self) -> int:
        """The exit code of spark-submit; -1 if it had to be ended."""
        try:
            return self.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            self.end()
            return -1

    def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        # Executors may outlive it by a moment, and would write into folders that are being removed.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def out(self) -> str:
        """What the job itself has printed, to stdout or stderr: spark-submit puts both here."""
        return (self.folder / "out").read_text()

    @property
    def log(self) -> str:
        """What Spark has logged."""
        return (self.folder / "err").read_text()

    @property
    def end_of_log(self) -> str:
        return self.out[-1000:] + self.log[-2000:]

    def events(self, kind: str) -> list[dict]:
        lines = [line for path in self.folder.glob("events/*") for line in path.read_text().splitlines()]
        return [event for event in map(json.loads, lines) if event["Event"] == f"SparkListener{kind}"]

    def executors(self) -> list[int]:
        """The executors' processes, which the driver's has started."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid and b"CoarseGrainedExecutorBackend" in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
            except OSError:
                continue  # it has ended
        return sorted(found)


def end_all() -> None:
    for job in Job.started:
        if job.process.poll() is None:
            job.end()
