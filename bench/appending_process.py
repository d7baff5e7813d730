"""A process that writes rows or invitations and nothing else, so that strace can count its calls."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from bench.ledger_file import new_ledger
from bench.ratings import handling, rating
from device.clock import SystemClock
from device.counter import InvitationState
from device.invitation_store import InvitationStore
from device.visit.state import Invitation

BEGIN, END = "begin", "end"
"""Files in the folder that are written to before the first call that counts, and after the last."""


@click.command()
@click.option("--folder", type=click.Path(path_type=Path), required=True)
@click.option("--before", type=int, required=True, help="how many are written first, without counting")
@click.option("--count", type=int, required=True)
@click.option("--page-size", type=int, help="a ledger of this page size, instead of the product's")
@click.option("--invitations", is_flag=True, help="invitations, instead of rows")
def main(folder: Path, before: int, count: int, page_size: int | None, invitations: bool) -> None:
    """Write `count` of them; print how many bytes the kernel had to put to the disk for it, as JSON."""
    with ExitStack() as stack:
        write = _invitations(folder, stack) if invitations else _rows(folder, stack, page_size)
        for number in range(1, before + 1):
            write(number)
        (folder / BEGIN).write_bytes(b"x")
        dirtied = _dirtied_bytes()
        for number in range(before + 1, before + count + 1):
            write(number)
        dirtied = _dirtied_bytes() - dirtied
        (folder / END).write_bytes(b"x")
    click.echo(json.dumps({"dirtied_bytes": dirtied}))


def _rows(folder: Path, stack: ExitStack, page_size: int | None) -> Callable[[int], object]:
    ledger = new_ledger(folder / "ratings.db", page_size=page_size)
    stack.callback(ledger.close)
    return lambda number: ledger.append(rating(number))


def _invitations(folder: Path, stack: ExitStack) -> Callable[[int], object]:
    clock = SystemClock()
    store = InvitationStore(folder / "device.db")
    store.open(clock.now())
    stack.callback(store.close)

    def write(number: int) -> None:
        """As for one visit: kept before it is shown, and its end."""
        now = clock.now()
        invitation = Invitation(
            id=f"i-{number:032x}",
            visit=f"{number:032x}",
            handling=handling(number),
            clerk="C0231",
            language=None,
            via="http",
            invited_at=now.wall_text,
            show_by_ms=now.mono_ms + 60_000,
        )
        store.add(
            invitation,
            expires_at=now.wall_text,
            idempotency_key=f"{number:032x}",
            body_sha256=f"{number:064x}",
            now=now,
        )
        store.set_state(f"i-{number:032x}", InvitationState.ANSWERED)

    return write


def _dirtied_bytes() -> int:
    """Whole pages of the page cache that this process made dirty: what a card gets, but for the journal."""
    for line in Path("/proc/self/io").read_text("ascii").splitlines():
        if line.startswith("write_bytes:"):
            return int(line.split(":")[1])
    raise AssertionError("/proc/self/io has no write_bytes")


if __name__ == "__main__":
    main()
