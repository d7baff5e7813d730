"""A province with its broker, and a blank box."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.province.real_broker import running_broker
from tests.provisioning.enrolment.blank_box import BlankBox
from tests.provisioning.enrolment.service import Service


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Service(tmp_path / "province") as service:
        yield service


@pytest.fixture
def broker(service: Service) -> Iterator[None]:
    with running_broker(service.folder, service.broker_port):
        yield


@pytest.fixture
def box(tmp_path: Path) -> BlankBox:
    return BlankBox(tmp_path / "box")
