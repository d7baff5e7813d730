"""`chuangping renew`: a new certificate before the old one ends."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path

import click

from device.clock_judgement import RELEASED_AT
from device.configuration import read_configuration
from device.errors import ContractError
from device.province_time import ReceiptFacts, ReceivedReceipts
from provisioning.act_options import box_option, unasked_options
from provisioning.commands.enrol import clock_here
from provisioning.enrolment.box_configs import SYNC
from provisioning.enrolment.box_line import BoxLine
from provisioning.enrolment.connection_trial import BrokerTrial
from provisioning.enrolment.progress import Progress
from provisioning.enrolment.renewer import Renewer
from provisioning.refused import Unfit
from provisioning.telling import Telling
from provisioning.texts import language_here, load_texts
from sync.agent.agent_clock import AgentClock
from sync.agent.identity import load_identity
from sync.agent.settings import SyncConfig
from sync.contract.envelope import unwrap
from sync.contract.messages import Receipt
from sync.contract.topics import Direction, DownName, Topic


@click.command()
@click.option("--now", "at_once", is_flag=True, help="though it is not yet time")
@box_option
@unasked_options
def renew(*, folder: Path, at_once: bool, dry_run: bool, as_json: bool, lang: str | None) -> None:
    """Get a new certificate for this box's key, when less than a third of the old one's life is left."""
    telling = Telling(load_texts(lang or language_here()), as_json=as_json)
    path = folder / SYNC
    with telling.refusals():
        config = read_configuration(path, SyncConfig, "sync")
        if config.province.enrolment is None:
            raise Unfit("enrolment.renew_not_enrolled", path=path)
        clock = clock_here()
        told = told_by_receipts(config, clock)
        renewer = Renewer(
            config.province.enrolment.parent.parent,
            open_line=partial(BoxLine, dates_from=lambda: clock.dates_from),
            trial=BrokerTrial(dates_from=lambda: clock.dates_from, dates_at=lambda: clock.dates_at),
            clock=clock,
            not_before=told,
            progress=Progress(telling),
        )
        renewed = renewer.run(at_once=at_once, dry_run=dry_run)
    telling.result({"renewed": renewed.value})


def told_by_receipts(config: SyncConfig, clock: AgentClock) -> datetime:
    """The latest time that the province said to this box; `clock` goes by it if that was since it started.

    Halls have no time service: what the agent was told is often all there is to know the time by.
    """
    identity = load_identity(config)
    topic = Topic(identity.device, Direction.DOWN, DownName.RECEIPT)

    def verify(token: bytes) -> ReceiptFacts:
        receipt = unwrap(token, topic=topic, keys=identity.province).message
        if not isinstance(receipt, Receipt):
            raise ContractError(f"a receipt was expected, not {type(receipt).__name__}")
        time = datetime.fromisoformat(receipt.time)
        return ReceiptFacts(receipt.log_id, receipt.through, time, receipt.head, receipt.status, receipt.re)

    anchor = ReceivedReceipts(config.sync.database, verify).anchor()
    if anchor is None:
        return RELEASED_AT
    if anchor.boot == clock.now().boot:
        clock.learn(anchor)
    return anchor.time
