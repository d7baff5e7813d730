"""`chuangping config`: configuration files."""

from __future__ import annotations

from pathlib import Path

import click

from device.configuration import kind_of, read_configuration
from device.errors import ConfigError
from device.settings import DeviceConfig
from hardware.counter.token import checked_token
from provisioning.commands.run import become
from provisioning.enrolment.settings import EnrolmentConfig, check_root
from provisioning.screen_words import asked
from sync.agent.identity import load_identity
from sync.agent.settings import SyncConfig


@click.group()
def config() -> None:
    """Look at configuration files."""


@config.command()
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Check FILE: every fault is listed, unknown keys first. Exit code 78 when there are any."""
    match kind_of(file):
        case "device":
            _try_device(file, read_configuration(file, DeviceConfig, "device"))
        case "sync":
            load_identity(read_configuration(file, SyncConfig, "sync"))
        case "enrolment":
            check_root(read_configuration(file, EnrolmentConfig, "enrolment"))
        case "province":
            become("province", "check", "--config", str(file))
        case other:
            raise ConfigError(
                [f'{file}: kind: is "{other}"; allowed: "device", "sync", "province", "enrolment"']
            )
    click.echo(f"{file}: ok")


def _try_device(file: Path, config: DeviceConfig) -> None:
    """What the process would refuse of the files that the configuration names. Raises ConfigError."""
    wrong = [*_token_problems(config.counter.token_file), *asked("config", str(file))["problems"]]
    if wrong:
        raise ConfigError([f"{file}: {problem}" for problem in wrong])


def _token_problems(path: Path) -> list[str]:
    try:
        checked_token(path.read_text("ascii").strip())
    except ConfigError as error:
        return error.problems
    except (OSError, UnicodeDecodeError) as error:
        return [f"counter.token_file: {path} cannot be read: {error}"]
    return []
