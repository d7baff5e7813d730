"""The office, where a stick from a box is answered."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from sync.contract.stick import StickRefusal
from tests.provisioning.enrolment.service import Service


def answer(service: Service, request: Path) -> Path:
    """Answer `request` beside it."""
    answered = service.answer(json.loads(request.read_text()))
    path = request.with_name(f"{answered.device}.answer.json")
    path.write_bytes(msgspec.json.encode(answered))
    return path


def refuse(request: Path, no: StickRefusal) -> Path:
    """Refuse `request` beside it."""
    device = json.loads(request.read_text())["device"]
    path = request.with_name(f"{device}.refused.json")
    path.write_bytes(msgspec.json.encode(msgspec.structs.replace(no, device=device)))
    return path
