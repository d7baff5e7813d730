"""The log in which the province itself keeps what citizens rate on their phones, one for each device."""

from __future__ import annotations

import hashlib


def phone_log(device: str) -> str:
    """Its id: anybody can tell it, so that no device can announce or fill it as a log of its own."""
    return hashlib.sha256(b"hcp/1 phone log\n" + device.encode()).hexdigest()[:32]
