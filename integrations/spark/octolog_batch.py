"""Finds what the logs in a folder show together, with a Spark task for each container's log.

spark-submit --py-files octolog_process.py octolog_batch.py LOGS --output DIR [--format json parquet]
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from pyspark import RDD
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, from_json

from octolog_process import Octolog, Partial, total

# What rotation adds to a log's name: x.log.1, x.log.2.gz, x.log-20260101, 0.log.20260101-120000.
ROTATION = re.compile(r"([.-]\d+|\.(gz|zst|xz|bz2))+$")
# kubelet numbers the runs of one container: <namespace>_<pod>_<uid>/<container>/0.log, 1.log.
POD_RUN = re.compile(r"(/[^/_]+_[^/_]+_[^/_]+/[^/]+/)\d+\.log$")

# The columns that one asks for most; `event` has all of it.
COLUMNS = """
    id string, source string, type string, time string, severitytext string,
    data struct<
        class: string, value: string, server: string, space: string, kind: string, memberCount: long,
        members: array<struct<
            container: string, startup: long, name: string, thumbprint: string, subscription: string,
            endpoint: string, time: string>>,
        current: struct<container: string, startup: long, name: string>,
        confidence: string, why: string, remedy: string>
"""

WARNINGS_SHOWN = 20


def log_of(path: str) -> str:
    """What the files of one container's log have in common.

    It may take in more than one log: octolog tells them apart, it only has to be given all files of each.
    """
    return POD_RUN.sub(r"\1", ROTATION.sub("", path))


def local_path(url: str) -> str:
    """file:///logs/x.log -> /logs/x.log"""
    return re.sub("^file:/+", "/", url)


def copy_name(url: str) -> str:
    """hdfs://host/logs/x.log -> host/logs/x.log: the name that the evidence will have."""
    return re.sub("^[^/:]+:/+", "", url)


def analyze_in_place(spark: SparkSession, logs: Collection[list[str]], octolog: Octolog) -> RDD[Partial]:
    """octolog reads the files where they lie, so every executor has to see them under the same path."""
    names = [sorted(map(local_path, paths)) for paths in logs]
    return spark.sparkContext.parallelize(names, len(names)).map(octolog.analyze)


def analyze_copies(files: DataFrame, logs: int, octolog: Octolog) -> RDD[Partial]:
    """Spark brings the content of a log's files to one executor, where octolog reads copies of them."""

    def analyze(log: Iterable[tuple[str, bytes]]) -> Partial:
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for path, content in log:
                names.append(copy_name(path))
                copy = os.path.join(folder, names[-1])
                os.makedirs(os.path.dirname(copy), exist_ok=True)
                with open(copy, "wb") as file:
                    file.write(content)
            return octolog.analyze(sorted(names), folder)

    contents = files.select("path", "content").rdd
    return contents.map(lambda row: (log_of(row.path), tuple(row))).groupByKey(logs).values().map(analyze)


def write(spark: SparkSession, findings: list[str], output: str, formats: list[str]) -> None:
    """Replaces the findings of an earlier run."""
    # They are few: one file holds them.
    lines = spark.createDataFrame([(line,) for line in findings], "event string").coalesce(1)
    if "json" in formats:
        lines.write.mode("overwrite").text(f"{output}/findings.json")
    if "parquet" in formats:
        rows = lines.select(from_json(col("event"), COLUMNS).alias("columns"), "event").select("columns.*", "event")
        rows.select("*", "data.*").drop("data").write.mode("overwrite").parquet(f"{output}/findings.parquet")


def print_warnings(warnings: Sequence[str]) -> None:
    if warnings:
        print(f"octolog: {len(warnings)} logs are incomplete, or not of these containers:")
    for warning in sorted(warnings)[:WARNINGS_SHOWN]:
        print(f"  {warning}")
    if len(warnings) > WARNINGS_SHOWN:
        print(f"  and {len(warnings) - WARNINGS_SHOWN} more")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Finds what the logs in a folder show together.")
    parser.add_argument("logs", help="folder of logs: a path that all executors see, or a URL that Spark can read")
    parser.add_argument("--output", required=True, help="folder for the findings: a path or a URL, likewise")
    parser.add_argument("--format", nargs="+", choices=("json", "parquet"), default=["json"])
    parser.add_argument("--octolog", default="octolog", help="the program; default: octolog, shipped or on the PATH")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    spark = SparkSession.builder.appName("octolog-batch").getOrCreate()
    octolog = Octolog(options.octolog)

    files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(options.logs)
    paths = [path for (path,) in files.select("path").collect()]
    if not paths:
        sys.exit(f"octolog: there are no logs in {options.logs}")
    logs: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        logs[log_of(path)].append(path)

    if all(path.startswith("file:/") for path in paths):
        partials = analyze_in_place(spark, logs.values(), octolog)
    else:
        partials = analyze_copies(files, len(logs), octolog)
    result = total(partials, octolog)
    findings = octolog.findings(b"".join(result.states))
    write(spark, findings, options.output, options.format)

    print(f"octolog: {len(paths)} files of {len(logs)} logs, {len(findings)} findings in {options.output}")
    print_warnings(result.warnings)
    spark.stop()


if __name__ == "__main__":
    main()
