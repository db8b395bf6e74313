"""--format otlp is read by OpenTelemetry's own proto, and holds what the events hold."""

from __future__ import annotations

import json
import re
from datetime import datetime, timezone

import yaml
from google.protobuf import json_format
from opentelemetry.proto.logs.v1.logs_pb2 import LogsData, SeverityNumber

from formats import Run, all_runs, camel_case, runs
from harness import INTEGRATIONS, lines_of


def nanoseconds(text: str) -> int:
    """RFC 3339 with nine digits of a fraction, which datetime can't hold."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    whole = datetime.fromisoformat(seconds).replace(tzinfo=timezone.utc)
    return int(whole.timestamp()) * 10**9 + int(fraction.ljust(9, "0") or 0)


def any_value(value: object) -> object:
    """An AnyValue of the proto as a value."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [any_value(item) for item in value.array_value.values]
    if kind == "kvlist_value":
        return key_values(value.kvlist_value.values)
    return getattr(value, kind)


def key_values(pairs: object) -> dict:
    names = [pair.key for pair in pairs]
    assert len(names) == len(set(names)), f"attributes come twice: {names}"
    return {pair.key: any_value(pair.value) for pair in pairs}


def unflattened(fields: dict) -> dict:
    tree: dict = {}
    for name, value in fields.items():
        *path, last = name.split(".")
        place = tree
        for step in path:
            place = place.setdefault(step, {})
        place[last] = value
    return tree


def check_strict_json(value: object, name: str = "") -> None:
    """What the protobuf parser lets pass, and OTLP's JSON encoding does not."""
    if isinstance(value, dict):
        for key, member in value.items():
            assert re.fullmatch("[a-z][A-Za-z]*", key), f"{key} is not in lowerCamelCase"
            check_strict_json(member, key)
    elif isinstance(value, list):
        for item in value:
            check_strict_json(item, name)
    elif name in ("timeUnixNano", "intValue"):
        assert isinstance(value, str) and re.fullmatch("-?[0-9]+", value), (name, value)
    elif name == "severityNumber":
        assert isinstance(value, int), value


def test_otlp_is_read_by_the_official_proto_and_holds_every_event() -> None:
    def check(result: Run) -> None:
        lines = lines_of(result.outputs["otlp"])
        assert len(lines) == len(result.events)
        for line, event in zip(lines, result.events, strict=True):
            check_strict_json(json.loads(line))
            (resource_logs,) = json_format.Parse(line, LogsData(), ignore_unknown_fields=False).resource_logs
            resource = key_values(resource_logs.resource.attributes)
            (scope_logs,) = resource_logs.scope_logs
            (record,) = scope_logs.log_records
            assert scope_logs.scope.name == "octolog" and scope_logs.scope.version
            assert record.time_unix_nano == (nanoseconds(event["time"]) if "time" in event else 0)
            assert record.observed_time_unix_nano == 0
            assert record.severity_number == event["severitynumber"]
            assert SeverityNumber.Name(record.severity_number)
            assert record.severity_text == event["severitytext"]
            assert record.event_name == event["type"] and record.body.string_value
            attributes = key_values(record.attributes)
            envelope = {
                "cloudevents.event_id": event["id"],
                "cloudevents.event_source": event["source"],
                "cloudevents.event_spec_version": "1.0",
                "cloudevents.event_type": event["type"],
                "octolog.sequence": int(event["sequence"]),
            }
            envelope |= {"cloudevents.event_subject": event["subject"]} if "subject" in event else {}
            envelope |= {"octolog.correlation_id": event["correlationid"]} if "correlationid" in event else {}
            for name, value in envelope.items():
                assert attributes.pop(name) == value
            data = unflattened({name.removeprefix("octolog."): value for name, value in attributes.items()})
            assert all(name.startswith("octolog.") for name in attributes)
            assert camel_case(data) == event["data"]
            assert resource["service.name"]
            named = event["source"].startswith("urn:octolog:container:")
            assert resource.get("container.name") == (event["data"].get("container") if named else None)

    all_runs(check)


# ---------------------------------------------------------------- integrations/opentelemetry


def test_the_collectors_configuration_hangs_together() -> None:
    configuration = yaml.safe_load((INTEGRATIONS / "opentelemetry" / "collector.yaml").read_text())
    pipeline = configuration["service"]["pipelines"]["logs"]
    for part in ("receivers", "processors", "exporters"):
        assert set(pipeline[part]) <= set(configuration[part])
    assert set(configuration["service"]["extensions"]) == set(configuration["extensions"])
    receiver = configuration["receivers"]["otlpjsonfile"]
    assert receiver["storage"] in configuration["extensions"]
    assert receiver["fingerprint_size"] == "16kb"
    longest = max(len(line.encode()) for result in runs() for line in lines_of(result.outputs["otlp"]))
    assert receiver["max_log_size"] == "16MiB" and longest < 16 << 20
