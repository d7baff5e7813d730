"""The province's command that takes a log bundle away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import click

from province.bundles import Bundles
from province.folder import SECRET, write_whole

OpenBundles = Callable[[Path], AbstractContextManager[Bundles]]
"""The bundles of the province whose configuration is in this file."""

_file = click.Path(dir_okay=False, path_type=Path)


def bundle_command(open_bundles: OpenBundles) -> click.Command:
    """`bundle`."""

    @click.command()
    @click.option("--config", "path", type=_file, required=True, help="province.toml")
    @click.option("--device", required=True, help="id of the device")
    @click.option("--order", help="the order that it was made for; without it the newest")
    @click.option("--out", type=_file, required=True, help="file to write it to (.tar.gz)")
    def bundle(path: Path, device: str, order: str | None, out: Path) -> None:
        """Write a device's log bundle, which `order collect_logs` made it bring, to a file."""
        with open_bundles(path) as bundles:
            write_whole(out, bundles.content(device, order=order), SECRET)
        click.echo(str(out))

    return bundle
