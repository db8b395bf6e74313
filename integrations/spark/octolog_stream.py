"""Finds what the events of many hosts show together, as they come in: as files in a folder, or from a socket.

spark-submit --py-files octolog_process.py octolog_stream.py --events DIR --state DIR --output DIR
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession

from octolog_process import Octolog, total

MAX_FILE_AGE = "36500d"


class StateFile:
    """All that is known so far, to be read by `octolog correlate`; it changes as a whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.ndjson.gz"

    @property
    def exists(self) -> bool:
        return self.path.exists()

    def read(self) -> bytes:
        return self.path.read_bytes() if self.exists else b""

    def write(self, state: bytes) -> None:
        new = self.path.with_suffix(".new")
        with open(new, "wb") as file:
            file.write(state)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def digest(finding: str) -> bytes:
    """Equal for equal findings: `sequence` counts within a run of octolog and is left out."""
    event = json.loads(finding)
    event.pop("sequence", None)
    return hashlib.sha256(json.dumps(event).encode()).digest()


class Correlation:
    """Takes up batches of events, and writes the findings that each of them adds or changes."""

    def __init__(self, octolog: Octolog, file: StateFile, output: str) -> None:
        self.octolog = octolog
        self.file = file
        self.output = output
        self.state = file.read()
        # The state is stored after its findings, so these have been written.
        self.told = {digest(finding) for finding in octolog.findings(self.state)}

    def take(self, batch: DataFrame, number: int) -> None:
        """Spark repeats a batch that it does not know to be done: it is in the state then, and changes nothing."""
        octolog = self.octolog
        events = batch.rdd.mapPartitions(lambda rows: [octolog.reduce(row.value for row in rows)])
        added = total(events, octolog)
        for warning in added.warnings:
            print(f"batch {number}: {warning}", file=sys.stderr)
        state = octolog.merge((self.state, *added.states))
        if state == self.state and self.file.exists:
            return
        findings = octolog.findings(state)
        new = [finding for finding in findings if digest(finding) not in self.told]
        if new:
            # A batch that is repeated because the state was not stored writes the same to the same place.
            place = f"{self.output}/{number:06}-{hashlib.sha256(state).hexdigest()[:8]}"
            lines = batch.sparkSession.createDataFrame([(finding,) for finding in new], "event string")
            lines.coalesce(1).write.mode("overwrite").text(place)
        self.file.write(state)
        self.state = state
        self.told.update(map(digest, new))


def events(spark: SparkSession, options: argparse.Namespace) -> DataFrame:
    if options.events:
        # Unless told otherwise Spark passes over files that are a week older than the newest; these may come late.
        reader = spark.readStream.option("recursiveFileLookup", True).option("maxFileAge", MAX_FILE_AGE)
        return reader.text(options.events)
    host, port = options.socket
    return spark.readStream.format("socket").option("host", host).option("port", port).load()


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host:
        raise ValueError
    return host, int(port)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Finds what the events of many hosts show together, as they come in.")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--events", help="folder into which files of events are moved")
    source.add_argument("--socket", type=address, metavar="HOST:PORT", help="server that sends events, one a line")
    parser.add_argument("--state", required=True, type=Path, help="the driver's folder for the state and checkpoint")
    parser.add_argument("--output", required=True, help="folder for new findings: a path all executors see, or a URL")
    parser.add_argument("--octolog", default="octolog", help="the program; default: octolog, shipped or on the PATH")
    parser.add_argument("--available-now", action="store_true", help="take the files that are there, then stop")
    options = parser.parse_args()
    if options.socket and options.available_now:
        parser.error("--available-now is for --events: what a socket will send is not there yet")
    return options


def main() -> None:
    options = arguments()
    options.state.mkdir(parents=True, exist_ok=True)
    file = StateFile(options.state)
    checkpoint = options.state.absolute() / "checkpoint"
    if not file.exists and any(checkpoint.glob("commits/[0-9]*")):
        sys.exit(f"octolog: {file.path} is gone, but not {checkpoint}: remove this too, and all files are read again")

    spark = SparkSession.builder.appName("octolog-stream").getOrCreate()
    correlation = Correlation(Octolog(options.octolog), file, options.output)
    writer = events(spark, options).writeStream.foreachBatch(correlation.take)
    # What a socket has sent can't be asked for again, so a checkpoint would be of no use.
    if options.events:
        writer = writer.option("checkpointLocation", checkpoint.as_uri())
    if options.available_now:
        writer = writer.trigger(availableNow=True)
    writer.start().awaitTermination()


if __name__ == "__main__":
    main()
