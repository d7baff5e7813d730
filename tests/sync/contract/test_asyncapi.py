"""docs/asyncapi.json, the AsyncAPI 3.0 document, names every channel with the schema of what travels there.

Run as a program (`python -m tests.sync.contract.test_asyncapi`), it writes the document anew: from the
topics, the table of topics in docs/wire.md and the schemas that are shipped.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sync.contract import cloudevent, jws
from sync.contract.envelope import PROVINCE, device_path, event_type
from sync.contract.messages import TYPES
from sync.contract.topics import Direction, DownName, Name, Topic, UpName, check_device_id

DOCS = Path(__file__).parents[3] / "docs"
DOCUMENT = DOCS / "asyncapi.json"
NAMES: tuple[Name, ...] = (*UpName, *DownName)
_ROW = re.compile(
    r"^\| `(?P<topic>hcp/1/[^`]+)` \| (?P<says>[^|]+) \| (?P<retained>yes|no) \|$", re.MULTILINE
)


def topic_of(name: Name) -> str:
    return str(Topic("{device}", Direction.UP if isinstance(name, UpName) else Direction.DOWN, name))


def page() -> dict[str, tuple[str, bool]]:
    """By topic, what docs/wire.md says of it and whether it is retained."""
    text = (DOCS / "wire.md").read_text("utf-8")
    return {m["topic"]: (m["says"].strip(), m["retained"] == "yes") for m in _ROW.finditer(text)}


def event_schema(name: Name) -> dict[str, Any]:
    """The CloudEvent that is signed."""
    upwards = isinstance(name, UpName)
    device = {"type": "string", "pattern": "^/devices/[A-Za-z0-9][A-Za-z0-9._-]{2,63}$"}
    attribute = {"type": "string", "minLength": 1, "maxLength": 128}
    required = ["specversion", "id", "source", "type", "time", "dataschema", "data"]
    schema_file = f"../sync/contract/schemas/{name}.v1.json"
    return {
        "type": "object",
        "properties": {
            "specversion": {"const": cloudevent.SPECVERSION},
            "id": attribute,
            "source": device if upwards else {"const": PROVINCE},
            "type": {"const": event_type(name)},
            "time": attribute,
            "dataschema": attribute,
            "datacontenttype": {"const": cloudevent.CONTENT_TYPE},
            **({} if upwards else {"subject": device}),
            "data": {"$ref": schema_file} if name in TYPES else {"type": "object"},
        },
        "required": required if upwards else [*required, "subject"],
    }


def document() -> dict[str, Any]:
    said = page()
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "窗评 chuangping: device and province",
            "version": "1",
            "description": (
                "Contract version 1, seen from the device. Every message is one JWS (RFC 7515, compact,"
                f" ES256, typ {jws.TYP}, kid the RFC 7638 thumbprint) over one CloudEvent 1.0 in structured"
                f" JSON, at most {jws.MAX_BYTES} bytes. contentSchema is that of the signed event."
                " See wire.md."
            ),
        },
        "defaultContentType": "application/jose",
        "servers": {
            "broker": {
                "host": "broker.example:8883",
                "protocol": "secure-mqtt",
                "protocolVersion": "5",
                "description": "The province's broker: mutual TLS, client id = CN = device, clean start.",
                "security": [{"$ref": "#/components/securitySchemes/certificate"}],
            }
        },
        "channels": {f"{name}": channel(name, said[topic_of(name)][0]) for name in NAMES},
        "operations": {f"{name}": operation(name, said[topic_of(name)][1]) for name in NAMES},
        "components": {
            "securitySchemes": {
                "certificate": {
                    "type": "X509",
                    "description": "the certificate from enrolment; its CN is {device}",
                }
            },
            "parameters": {
                "device": {"description": "the CN of the device's certificate", "examples": ["d-0001"]}
            },
            "messages": {f"{name}": message(name) for name in NAMES},
        },
    }


def channel(name: Name, says: str) -> dict[str, Any]:
    return {
        "address": topic_of(name),
        "description": says,
        "parameters": {"device": {"$ref": "#/components/parameters/device"}},
        "messages": {f"{name}": {"$ref": f"#/components/messages/{name}"}},
    }


def operation(name: Name, retained: bool) -> dict[str, Any]:
    return {
        "action": "send" if isinstance(name, UpName) else "receive",
        "channel": {"$ref": f"#/channels/{name}"},
        "bindings": {"mqtt": {"qos": 1, "retain": retained, "bindingVersion": "0.2.0"}},
        "messages": [{"$ref": f"#/channels/{name}/messages/{name}"}],
    }


def message(name: Name) -> dict[str, Any]:
    return {
        "name": event_type(name),
        "contentType": "application/jose",
        "payload": {
            "schemaFormat": "application/schema+json;version=draft-2020-12",
            "schema": {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "string",
                "maxLength": jws.MAX_BYTES,
                "pattern": r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
                "contentMediaType": "application/cloudevents+json",
                "contentSchema": event_schema(name),
            },
        },
    }


def shipped() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(DOCUMENT.read_text("utf-8"))
    return content


def test_the_document_is_what_topics_table_and_schemas_make() -> None:
    assert shipped() == document(), "run python -m tests.sync.contract.test_asyncapi"


@pytest.mark.parametrize("name", NAMES)
def test_every_topic_is_a_channel_with_one_operation(name: Name) -> None:
    content = shipped()
    channels = [c for c in content["channels"].values() if c["address"] == topic_of(name)]
    operations = [o for o in content["operations"].values() if o["channel"]["$ref"].endswith(f"/{name}")]
    assert (len(channels), len(operations)) == (1, 1)


@pytest.mark.parametrize("name", sorted(TYPES))
def test_what_is_spoken_points_to_its_schema(name: Name) -> None:
    payload = shipped()["components"]["messages"][name]["payload"]["schema"]
    reference = payload["contentSchema"]["properties"]["data"]["$ref"]
    schema = json.loads((DOCS / reference).read_text("utf-8"))
    assert schema["$id"] == f"urn:{event_type(name).replace('.', ':')}"


def test_every_reference_within_the_document_leads_somewhere() -> None:
    content = shipped()
    for path in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(content)):
        target: Any = content
        for part in path.split("/"):
            target = target[part]


@pytest.mark.parametrize("path", sorted((DOCS.parent / "tests" / "sync" / "golden").glob("*.json")))
def test_the_golden_events_have_the_form_that_the_document_gives(path: Path) -> None:
    golden = json.loads(path.read_text("utf-8"))
    name = golden["topic"].rsplit("/", 1)[1]
    schema = shipped()["components"]["messages"][name]["payload"]["schema"]
    assert re.search(schema["pattern"], golden["token"])
    form = schema["contentSchema"]
    form["properties"].pop("data")
    Draft202012Validator(form).validate(golden["event"])
    assert device_path(check_device_id("d-0001")) in json.dumps(golden["event"])


if __name__ == "__main__":
    DOCUMENT.write_text(json.dumps(document(), ensure_ascii=False, indent=1) + "\n", "utf-8")
