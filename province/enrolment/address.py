"""Where devices find this province: told in tickets and enrolments."""

from __future__ import annotations

from dataclasses import dataclass

from province.settings import ProvinceConfig
from sync.contract.enrolment import BrokerAddress

_EVERYWHERE = {"0.0.0.0", "::"}


@dataclass(frozen=True, slots=True)
class Address:
    """`url`: of the listener for devices, without a slash at its end."""

    url: str
    broker: BrokerAddress


def address_in(config: ProvinceConfig) -> Address | None:
    """The addresses in the configuration; None when devices could not know where to come.

    That is so without a listener, and where it listens on every address and none is given.
    """
    web, said, broker = config.device_web, config.enrolment, config.broker
    if web.certificate is None:
        return None
    url = said.url
    if url is None:
        if web.host in _EVERYWHERE:
            return None
        host = f"[{web.host}]" if ":" in web.host else web.host
        url = f"https://{host}:{web.port}"
    host = said.broker_host or broker.host
    return Address(
        url.rstrip("/"),
        BrokerAddress(
            host=host,
            port=said.broker_port,
            probe_port=said.probe_port or broker.port,
            server_name=broker.server_name if broker.server_name != host else None,
        ),
    )
