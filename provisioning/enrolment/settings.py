"""The keys of an image's enrolment.toml (`kind = "enrolment"`): where to enrol with a short code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from device.configuration import key, read_configuration
from device.errors import ConfigError, ContractError
from sync.agent.settings import https_fault
from sync.contract.keys import PublicKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSection:
    """[service]"""

    url: str = key(doc="the enrolment service, https://HOST:PORT", least=9, most=255)
    ca: Path = key(doc="PEM certificate of the province's root; a ticket made under another one is refused")

    def faults(self) -> list[str]:
        """As `device.configuration.Ruled`."""
        return https_fault(self.url)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentConfig:
    """The whole of enrolment.toml."""

    service: ServiceSection


def check_root(config: EnrolmentConfig) -> None:
    """That the image's root is a certificate. Raises ConfigError naming the file."""
    path = config.service.ca
    try:
        PublicKey.from_certificate(path.read_bytes())
    except (OSError, ContractError) as error:
        raise ConfigError([f"service.ca: {path} cannot be used: {error}"]) from None


def read_image(path: Path) -> EnrolmentConfig | None:
    """What the image says about its province, None for an image that says nothing. Raises ConfigError."""
    if not path.exists():
        return None
    config = read_configuration(path, EnrolmentConfig, "enrolment")
    check_root(config)
    return config
