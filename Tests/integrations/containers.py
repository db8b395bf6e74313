"""Logs of containers of which some raise an alert and others don't: what the tests of shippers let them print."""

from __future__ import annotations

import json

from harness import CASES


def case(name: str, file: str = "input.log") -> bytes:
    return (CASES / name / file).read_bytes()


def novel() -> bytes:
    """A startup with lines among its own that no rule knows: the image of tomorrow."""
    known = case("server-2018.3.13-first-start").splitlines(keepends=True)
    begin = next(i for i, line in enumerate(known) if b"Configuring Octopus Deploy" in line)
    unknown = [b"VERBOSE: [2018-07-02T09:15:02] Reticulating spline %d of the hyperdrive\r\n" % n for n in range(40)]
    return b"".join(known[: begin + 2] + unknown + known[begin + 2 :])


FAILED = case("server-2018.3.13-sql-login-failed")
# A line that is longer than what shippers take, unless told; and so are the events that quote it.
LONG = FAILED.replace(b" --create'", b" --create --note " + b"long" * 3000 + b" --last'")
assert len(LONG) > len(FAILED)

# By the container's name. No name is a part of another.
LOGS: dict[str, bytes] = {
    "healthy": case("server-2020.6.4671-linux-first-start"),
    "refused": FAILED,
    "keymaker": case("server-2018.3.13-first-start"),
    # The second start shows that the first was not done.
    "stuck": case("server-2018.3.13-cut-in-database") + b"\r\n" + case("server-2018.3.13-first-start"),
    "shop-one": case("tentacle-3.22-two-containers-one-name"),
    "shop-two": case("tentacle-3.22-two-containers-one-name", "second.log"),
    "looping": FAILED * 3,
    "novel": novel(),
    "early": case("server-2018.3.13-sql-unreachable"),
}

# The alert, a container that raises it, and one that does not.
ALERTS: list[tuple[str, str, str]] = [
    ("startup-failed", "refused", "healthy"),
    ("startup-stuck", "stuck", "keymaker"),
    ("master-key-printed", "keymaker", "refused"),
    ("secret-exposed", "refused", "healthy"),
    ("duplicate-registration", "shop-two", "keymaker"),
    ("restart-loop", "looping", "refused"),
    ("unrecognised-lines", "novel", "keymaker"),
    ("sql-not-ready", "early", "refused"),
]
NAMES = [alert for alert, _, _ in ALERTS]

# What stands in clear in these logs.
SECRETS = ["RmFrZU1hc3RlcktleTAwMQ==", "API-FAKEFAKE", "Adm1nN0tReal", "N0tARealPassw0rd"]


def lines(log: bytes) -> list[bytes]:
    return log.removesuffix(b"\n").split(b"\n")


def json_file(log: bytes, name: str | None) -> bytes:
    """As Docker's json-file driver writes it; with `--log-opt tag={{.Name}}` if there is a name."""
    records = [
        {
            "log": line.decode() + "\n",
            "stream": "stdout",
            **({"attrs": {"tag": name}} if name else {}),
            "time": "2018-07-02T09:15:01.123456789Z",
        }
        for line in lines(log)
    ]
    return b"".join(json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in records)
