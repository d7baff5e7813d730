"""The configuration of the MQTT broker: who may connect, who may say what to whom."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

from province.ca import PROVINCE, WORKERS
from sync.contract.jws import MAX_BYTES
from sync.contract.topics import ROOT, Direction, DownName, UpName

# A message over the contract's limit must reach the ingest, which raises the alarm; far larger ones must not.
LET_THROUGH_BYTES = 4 * MAX_BYTES
# Topic, properties and header of a message, beside its payload.
OVERHEAD_BYTES = 1024

# In the broker's folder.
ACL_FILE, CRL_FILE, PID_FILE = "acl", "revoked.crl", "mosquitto.pid"
# Ids of the devices that both name, one in a line: `init` writes the access list anew by it.
REVOKED_FILE = "revoked"

_MADE = "# Made by `chuangping province init`, anew each time."


# How the broker names a client of the second listener: by its whole subject. So the name and client id that a
# device's certificate gets there ("CN=dev-001") are never those it has on the first ("dev-001").
SUBJECT = "CN="


def device_acl_text(revoked: Sequence[str] = ()) -> str:
    """The access list for devices: by certificate CN, each speaks and hears only under its own id.

    `revoked`: ids of those who may say and hear nothing at all, by any certificate: denials go
    before patterns.
    """
    lines = [_MADE]
    for name in sorted(revoked):
        lines += ["", f"user {name}", "topic deny #"]
    lines += [""] if revoked else []
    lines += [f"pattern write {ROOT}/%u/{Direction.UP}/{name}" for name in UpName]
    lines += [f"pattern read {ROOT}/%u/{Direction.DOWN}/{name}" for name in DownName]
    return "\n".join(lines) + "\n"


def worker_acl_text(auditors: Sequence[str]) -> str:
    """The access list for workers, who take and answer, and auditors, who read; others get nothing.

    `auditors`: their certificates' CNs.
    """
    lines = [_MADE]
    for name in (PROVINCE, *WORKERS):
        lines += ["", f"user {SUBJECT}{name}"]
        lines += [f"topic read {ROOT}/+/{Direction.UP}/{up}" for up in UpName]
        lines += [f"topic write {ROOT}/+/{Direction.DOWN}/{down}" for down in DownName]
    for name in auditors:
        lines += ["", f"user {SUBJECT}{name}", f"topic read {ROOT}/#"]
    return "\n".join(lines) + "\n"


def mosquitto_text(folder: Path, host: str, port: int, worker_port: int) -> str:
    """mosquitto.conf for the broker whose certificate, key, CA and access lists are in `folder`.

    `port` is for devices, `worker_port` for the province's workers, auditors and trial connections.

    The broker is transport only: it keeps nothing, for a receipt comes from the province's commit alone.
    """
    return f"""\
# Made by `chuangping province init`, anew each time.
# Only matters when started as root: stay the user who may read the key.
user {getpass.getuser()}
pid_file {folder / PID_FILE}
persistence false
sys_interval 0
log_dest stderr
log_type error
log_type warning
log_type notice
connection_messages false
# A request and its receipt wait for each other: with Nagle's algorithm 11 ratings a second, without 2,560.
set_tcp_nodelay true
max_packet_size {LET_THROUGH_BYTES + OVERHEAD_BYTES}
message_size_limit {LET_THROUGH_BYTES}
# Each listener has an access list of its own.
per_listener_settings true

listener {port} {host}
{_tls(folder)}use_identity_as_username true
# Or one device could take another's client id and put it off the line.
use_username_as_clientid true
acl_file {folder / ACL_FILE}

listener {worker_port} {host}
{_tls(folder)}# The whole subject, "CN=…": no client here can have the client id of one on the other listener.
use_subject_as_username true
use_username_as_clientid true
acl_file {folder / "acl-workers"}
"""


def _tls(folder: Path) -> str:
    return f"""\
allow_anonymous false
cafile {folder / "ca.crt"}
certfile {folder / "broker.crt"}
keyfile {folder / "broker.key"}
tls_version tlsv1.2
require_certificate true
crlfile {folder / CRL_FILE}
"""
