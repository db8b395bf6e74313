"""--format clef has what Seq reads, and holds what the events hold."""

from __future__ import annotations

import os
import re
import subprocess
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from formats import Run, all_runs, runs
from harness import INTEGRATIONS, LIMIT, OCTOLOG, ROOT, octolog, parsed

SEQ_LEVELS = {
    "info": "Information",
    "low": "Information",
    "medium": "Warning",
    "high": "Error",
    "critical": "Fatal",
}


def test_clef_has_what_seq_reads_and_holds_every_event() -> None:
    def check(result: Run) -> None:
        documents = parsed(result.outputs["clef"])
        assert len(documents) == len(result.events)
        for document, event in zip(documents, result.events, strict=True):
            reified = {name: value for name, value in document.items() if name.startswith("@")}
            assert set(reified) <= {"@t", "@m", "@l", "@i", "@x"}
            assert reified.get("@t") == event.get("time") and reified["@m"]
            assert reified["@l"] == SEQ_LEVELS[event["severitytext"]]
            assert re.fullmatch("[0-9a-f]{8}", reified["@i"])
            assert ("@x" in reified) == ("rootCause" in event["data"])
            for name in ("id", "source", "type", "subject", "severitytext", "correlationid", "data"):
                assert document.get(name) == event.get(name), name
            assert document["sequence"] == int(event["sequence"])

    all_runs(check)
    types = {document["type"]: document["@i"] for result in runs() for document in parsed(result.outputs["clef"])}
    assert len(set(types.values())) == len(types), "two types have one @i"


def test_no_name_of_an_event_has_to_be_escaped_in_clef() -> None:
    names = re.findall(r'"([^"]*)":\{"description"', octolog("schema").stdout)
    assert len(names) > 100 and not [name for name in names if name.startswith("@")]


# ---------------------------------------------------------------- integrations/seq


LOG = "Fixtures/cases/story-d-port-10943-closed/input.log"


def ingest(*arguments: object) -> tuple[int, list[tuple[str, dict, bytes]]]:
    """The script's exit code, and what a server got by it."""
    posts: list[tuple[str, dict, bytes]] = []

    class Seq(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posts.append((self.path, dict(self.headers), body))
            self.send_response(201)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Seq)
    Thread(target=server.serve_forever, daemon=True).start()
    script = [str(INTEGRATIONS / "seq" / "ingest.sh"), f"http://127.0.0.1:{server.server_port}", *map(str, arguments)]
    environment = {**os.environ, "OCTOLOG": str(OCTOLOG), "SEQ_API_KEY": "key", "no_proxy": "*"}
    try:
        result = subprocess.run(script, cwd=ROOT, env=environment, check=False, capture_output=True, timeout=LIMIT)
    finally:
        server.shutdown()
        server.server_close()
    return result.returncode, posts


def test_seqs_script_sends_every_event_with_a_time() -> None:
    code, posts = ingest(LOG)
    ((path, headers, body),) = posts
    assert code == 0
    assert path == "/ingest/clef" and headers["X-Seq-ApiKey"] == "key"
    assert headers["Content-Type"] == "application/vnd.serilog.clef"
    sent = parsed(body.decode())
    written = parsed(octolog("--format", "clef", LOG).stdout)
    assert len(sent) == len(written) and any("@t" not in event for event in written)
    for event, original in zip(sent, written, strict=True):
        assert datetime.fromisoformat(event["@t"])
        assert {**event, "@t": None} == {**original, "@t": None}
        assert event["@t"] == original.get("@t", event["@t"])


def test_seqs_script_fails_when_octolog_does() -> None:
    code, posts = ingest("Fixtures/none.log")
    assert code == 66 and not posts


def test_seqs_script_sends_many_events_in_pieces(tmp_path: Path) -> None:
    log = tmp_path / "many.log"
    log.write_bytes((ROOT / LOG).read_bytes() * 60)
    code, posts = ingest("--quiet", log)
    bodies = [body for _, _, body in posts]
    assert code == 0 and len(bodies) > 1 and all(len(body) <= 1 << 20 for body in bodies)
    sent = [event for body in bodies for event in parsed(body.decode())]
    assert [event["id"] for event in sent] == [
        event["id"] for event in parsed(octolog("--format", "clef", log).stdout)
    ]
