"""`chuangping demo`: the whole loop on this machine."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from provisioning.demo.demo import Demo, Options


@click.command()
@click.option("--headless", is_flag=True, help="draw offscreen even where there is a display")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="folder for everything; the same folder continues where it stopped",
)
@click.option("--seconds", type=click.FloatRange(min=0), help="end this long after everything is up")
@click.option("--citizens", type=click.IntRange(min=0), default=0, help="visits by citizens who press keys")
@click.option("--fast", is_flag=True, help="reasons, thanks and dead time as short as the settings allow")
@click.option("--speaker", help="speak, by this ALSA device, such as default")
def demo(
    *, headless: bool, folder: Path, seconds: float | None, citizens: int, fast: bool, speaker: str | None
) -> None:
    """Run broker, province, agent and device here, on 127.0.0.1, until Ctrl-C.

    When all is up, one line of JSON says where everything is; it is also in DIR/ready.json.
    """
    logging.basicConfig(level=logging.INFO, format="demo: %(message)s")
    options = Options(folder, headless, seconds, citizens, fast, speaker)
    Demo(options, say=lambda text: click.echo(text, err=True)).run()
