"""--format ecs has the published fields of ECS, and holds what the events hold."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
import yaml

from formats import Run, all_runs, camel_case, runs
from harness import INTEGRATIONS, LIMIT, octolog, parsed


@cache
def ecs_fields() -> dict[str, tuple[str, bool, dict[str, list[str]]]]:
    """Each field's type, whether its values are an array, and its values if they are listed."""
    rows = [
        line.split("\t")
        for line in (Path(__file__).parent / "ecs-fields.tsv").read_text().splitlines()
        if not line.startswith("#")
    ][1:]
    fields = {}
    for name, kind, normalize, allowed in rows:
        values = [value.partition(":") for value in allowed.split(",") if value]
        fields[name] = (kind, normalize == "array", {value: types.split("+") for value, _, types in values})
    return fields


def flattened(value: object, name: str = "") -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return [item for key, member in value.items() for item in flattened(member, f"{name}.{key}" if name else key)]
    return [(name, value)]


ECS_TYPES = {
    "keyword": str,
    "constant_keyword": str,
    "match_only_text": str,
    "wildcard": str,
    "date": str,
    "long": int,
    "float": float,
}


def check_ecs(document: dict) -> None:
    for name, value in flattened({key: member for key, member in document.items() if key != "octolog"}):
        assert name in ecs_fields(), f"{name} is no field of ECS"
        kind, is_array, allowed = ecs_fields()[name]
        assert isinstance(value, list) == is_array, name
        for item in value if is_array else [value]:
            assert isinstance(item, ECS_TYPES[kind]) and not isinstance(item, bool), (name, item)
            assert not allowed or item in allowed, (name, item)
            assert kind != "keyword" or 0 < len(item.encode()) < 32766, name
    # Each category with the types that are meant for it.
    categories = ecs_fields()["event.category"][2]
    for category in document["event"].get("category", []):
        assert set(document["event"]["type"]) <= set(categories[category]), document["event"]


def test_ecs_has_the_published_fields_and_holds_every_event() -> None:
    def check(result: Run) -> None:
        documents = parsed(result.outputs["ecs"])
        assert len(documents) == len(result.events)
        for document, event in zip(documents, result.events, strict=True):
            check_ecs(document)
            assert document["message"] and document["ecs"]["version"] == "8.17.0"
            assert document.get("@timestamp") == event.get("time")
            # The ingest pipeline tells by this whose clock @timestamp is.
            assert ("@timestamp" in document) == ("time_source" in document["octolog"])
            assert document["event"]["id"] == event["id"]
            assert document["event"]["sequence"] == int(event["sequence"])
            assert document["event"]["severity"] == event["severitynumber"]
            own = dict(document["octolog"])
            assert own.pop("source") == event["source"] and own.pop("type") == event["type"]
            assert own.pop("subject", None) == event.get("subject")
            assert own.pop("level") == event["severitytext"]
            assert own.pop("correlation_id", None) == event.get("correlationid")
            assert camel_case(own) == event["data"]
            seconds = event["data"].get("durationSeconds")
            if seconds is not None:
                assert document["event"]["duration"] == round(seconds * 1e9)
            if cause := event["data"].get("rootCause"):
                assert document["rule"]["id"] == document["error"]["code"] == cause["code"]
                assert document["event"]["outcome"] == "failure" and document["event"]["kind"] == "alert"

    all_runs(check)


def test_the_ecs_check_can_fail() -> None:
    document = next(parsed(result.outputs["ecs"])[1] for result in runs() if len(result.events) > 2)
    for wrong in ({"surprise": "x"}, {"event": {**document["event"], "kind": "surprise"}}, {"message": 1}):
        with pytest.raises(AssertionError):
            check_ecs({**document, **wrong})


# ---------------------------------------------------------------- integrations/elastic


def template_types(properties: dict, name: str = "") -> dict[str, str]:
    types = {}
    for key, mapping in properties.items():
        path = f"{name}.{key}" if name else key
        types |= template_types(mapping["properties"], path) if "properties" in mapping else {path: mapping["type"]}
    return types


TEMPLATE_TYPES = {
    "keyword": str,
    "match_only_text": str,
    "date": str,
    "long": int,
    "double": (int, float),
    "boolean": bool,
}


def test_elastics_template_has_every_field_that_ecs_has_not() -> None:
    template = json.loads((INTEGRATIONS / "elastic" / "index-template.json").read_text())
    types = template_types(template["template"]["mappings"]["properties"]["octolog"]["properties"])
    seen = set()

    def check(name: str, value: object) -> None:
        if isinstance(value, list):
            for item in value:
                check(name, item)
        elif isinstance(value, dict):
            for key, member in value.items():
                check(f"{name}.{key}" if name else key, member)
        else:
            assert isinstance(value, TEMPLATE_TYPES[types[name]]), (name, value)
            assert types[name] == "boolean" or not isinstance(value, bool), (name, value)
            seen.add(name)

    all_runs(lambda result: [check("", document["octolog"]) for document in parsed(result.outputs["ecs"])] and None)
    assert len(seen) > 80
    # And of the fields that no case has, by the schema of the events.
    told = schema_fields()
    assert told <= set(types), told - set(types)
    assert set(types) - told == {"source", "subject", "type", "level", "correlation_id"}


def schema_fields() -> set[str]:
    """The names of the fields of all events' data, as ECS' documents have them."""

    def names(schema: dict, path: str) -> set[str]:
        schema = schema.get("items", schema)
        if schema["type"] != "object":
            return {path}
        found = set()
        for name, member in schema["properties"].items():
            name = re.sub("([A-Z])", lambda match: f"_{match[1].lower()}", name)
            if name == "inputs" and member["type"] == "integer":
                name = "input_count"
            found |= names(member, f"{path}.{name}" if path else name)
        return found

    return {
        name
        for event in parsed(octolog("schema").stdout)[0]["oneOf"]
        for name in names(event["properties"]["data"], "")
    }


def test_the_pipeline_and_filebeat_are_what_the_template_needs() -> None:
    folder = INTEGRATIONS / "elastic"
    template = json.loads((folder / "index-template.json").read_text())
    pipeline = json.loads((folder / "ingest-pipeline.json").read_text())
    filebeat = yaml.safe_load((folder / "filebeat.yml").read_text())
    assert template["template"]["settings"]["index.default_pipeline"] == "octolog"
    assert "/_ingest/pipeline/octolog" in (folder / "README.md").read_text()
    assert [list(processor) for processor in pipeline["processors"]] == [["fingerprint"], ["set"], ["append"], ["set"]]
    identity = pipeline["processors"][0]["fingerprint"]
    assert identity["target_field"] == "_id"
    # What the document's id is made of is in every document, and different in each.
    for result in runs():
        documents = [dict(flattened(document)) for document in parsed(result.outputs["ecs"])]
        ids = [tuple(document[name] for name in identity["fields"]) for document in documents]
        assert all(all(id) for id in ids) and len(set(ids)) == len(ids)
    # By the name of a host's container, which is in the source, equal logs of two hosts stay two.
    log = "Fixtures/cases/server-2018.3.13-sql-unreachable/input.log"
    sources = {
        parsed(octolog("--container", f"{host}/web", "--format", "ecs", log).stdout)[2]["octolog"]["source"]
        for host in ("one", "two")
    }
    assert len(sources) == 2
    # A file is read from its first byte on.
    (reader,) = filebeat["filebeat.inputs"]
    assert "file_identity.native" in reader and reader["prospector.scanner.fingerprint.enabled"] is False
    index = filebeat["output.elasticsearch"]["index"]
    assert index.startswith(template["index_patterns"][0].removesuffix("*"))
    # The data stream's name has the data set that the documents name.
    dataset = parsed(runs()[0].outputs["ecs"])[0]["event"]["dataset"]
    assert index == f"logs-{dataset}-default"


def test_the_bulk_request_of_the_readme_is_a_pair_of_lines_for_each_event() -> None:
    readme = (INTEGRATIONS / "elastic" / "README.md").read_text()
    filter = re.search(r"jq -c '([^']*)'", readme)
    assert filter
    command = ["jq", "-c", filter[1]]
    ecs = runs()[0].outputs["ecs"]
    lines = parsed(subprocess.run(command, input=ecs, capture_output=True, text=True, check=True, timeout=LIMIT).stdout)
    assert lines[::2] == [{"create": {}}] * (len(lines) // 2) and lines[1::2] == parsed(ecs)
