"""What holds for every format; what holds for one is in test_otlp.py, test_ecs.py, test_clef.py and test_sarif.py."""

from __future__ import annotations

import json
import re
from pathlib import Path

from formats import FORMATS, runs
from harness import CASES, all_cases, octolog


def test_there_is_something_to_judge() -> None:
    events = [event for result in runs() for event in result.events]
    types = {event["type"] for event in events}
    told = json.loads(octolog("schema").stdout)["oneOf"]
    # rules.reloaded takes a signal: the tests of the command have it.
    assert "octolog.rules.reloaded.v1" not in types
    assert len(types) + 1 == len(told) and len(events) > 2000


def test_no_secret_of_a_case_is_in_any_format() -> None:
    count = 0
    for case in all_cases():
        expected = (CASES / case.name / "expected").read_text()
        secrets = re.search("^secrets: (.*)$", expected, re.MULTILINE)
        result = next(result for result in runs() if result.name == case.name)
        for secret in filter(None, secrets[1].split("\t") if secrets and secrets[1] != "none" else []):
            for form, text in result.outputs.items():
                count += 1
                for written in (secret, json.dumps(secret)[1:-1]):
                    assert written not in text, f"{case.name}: {form} tells a secret"
    assert count > 300


def test_the_same_bytes_give_the_same_output() -> None:
    case = all_cases()[5]
    for form in FORMATS:
        assert case.run("--format", form).stdout == case.run("--format", form).stdout


def test_sealed_values_are_data_where_there_is_a_place_for_them(scratch: Path) -> None:
    key = scratch / "owner.key"
    recipient = re.search("age1[0-9a-z]+", "".join(octolog("keygen", "--output", key).stderr.split("\n")))
    assert recipient
    log = "Fixtures/cases/server-2018.3.13-first-start/input.log"
    for form in FORMATS:
        result = octolog("--format", form, "--reveal-to", recipient[0], log)
        if form == "sarif":
            assert result.returncode == 64 and "sarif has no place for sealed values" in result.stderr
        else:
            assert result.returncode == 0 and "sealed" in result.stdout


def test_partial_states_are_events_and_nothing_else() -> None:
    for form in FORMATS:
        result = octolog("correlate", "--partial", "--format", form)
        assert (result.returncode == 64) == (form != "events"), form
    wrong = octolog("--format", "oltp", "x.log")
    assert wrong.returncode == 64 and all(form in wrong.stderr for form in FORMATS)
