"""What the tests of the formats share: what octolog writes in each format, of every case and more."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from harness import ROOT, all_cases, octolog, parsed

FORMATS = ["events", "otlp", "ecs", "clef", "sarif"]
# Runs with options, whose events were read and kept.
GOLDENS = sorted((ROOT / "Fixtures" / "goldens").iterdir())
HOSTILE = ["mixed-framings.log", "invalid-utf8.log", "nul.log", "truncated.gz", "utf16le-no-final-newline.log"]


@dataclass(frozen=True)
class Run:
    """A name, and what octolog wrote in each format."""

    name: str
    outputs: dict[str, str]

    @property
    def events(self) -> list[dict]:
        return parsed(self.outputs["events"])


def run(name: str, *arguments: object, stdin: str | None = None) -> Run:
    outputs = {}
    for form in FORMATS:
        result = octolog(*arguments[:1], "--format", form, *arguments[1:], stdin=stdin)
        # Some inputs are no logs, or cut: octolog says so, and what it says of them counts too.
        assert result.returncode in (0, 3, 4, 74), (name, form, result.stderr)
        outputs[form] = result.stdout
    return Run(name, outputs)


@cache
def runs() -> list[Run]:
    """Every case and golden, hostile inputs, events that no case has, and what all events show together."""
    cases = [(case.name, ["analyze", *case.logs]) for case in all_cases()]
    cases += [(name, ["analyze", f"Fixtures/hostile/{name}"]) for name in HOSTILE]
    cases += [(folder.name, ["analyze", *(folder / "arguments").read_text().split()]) for folder in GOLDENS]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda case: run(case[0], *case[1]), cases))
    # A line over the limit, a key that never comes, and text that every format has to escape.
    line = "VERBOSE: [2018-07-02T09:15:01] "
    odd = [
        "x" * (2 << 20),
        f"{line}Display master key ...",
        f"{line}Executing command 'x.exe show-master-key'",
        f"{line}done.",
        f'{line}Executing command \'x.exe configure --name={{a}} "\\ @t\x01\x7f\u2028\U0001f419 %41\'',
    ]
    results.append(run("stdin", "analyze", stdin="\n".join(odd) + "\n"))
    results.append(run("correlate", "correlate", stdin="".join(result.outputs["events"] for result in results)))
    return results


def all_runs(check: Callable[[Run], None]) -> None:
    for result in runs():
        try:
            check(result)
        except AssertionError as error:
            raise AssertionError(f"{result.name}: {error}") from error


def camel_case(value: object) -> object:
    """Names of octolog's data, as the events have them."""
    if isinstance(value, dict):
        names = {name: re.sub("_(.)", lambda match: match[1].upper(), name) for name in value}
        # A list elsewhere: a field has one type in Elasticsearch.
        names["input_count"] = "inputs"
        return {names[name]: camel_case(member) for name, member in value.items()}
    return [camel_case(item) for item in value] if isinstance(value, list) else value
