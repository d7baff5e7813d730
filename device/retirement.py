"""The end of a device's service: the province's signed word for it, beside the ledger."""

from __future__ import annotations

from pathlib import Path


def receipt_path(folder: Path, device: str) -> Path:
    """Where the word for `device` is kept in its `folder`, the one with ratings.db.

    It names the device: a box that is enrolled anew is another one.
    """
    return folder / f"{device}.decommission.jws"
