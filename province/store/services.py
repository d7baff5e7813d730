"""The services that have been rated, each with the visit whose rating counts."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from province.ingest.counting import Visitor
from province.ingest.reading import Service
from province.store.dialect import insert_new, insert_rows
from province.store.ledger_tables import services


def claim(connection: sa.Connection, claims: Mapping[Service, Visitor]) -> dict[Service, Visitor]:
    """Give each service that has none its visit; the visit of every service asked for, old or new."""
    if not claims:
        return {}
    # In one order, so that two transactions never wait for each other.
    ordered = sorted(claims, key=lambda s: (s.project_no, s.service_no, s.assessment))
    new = insert_rows(
        connection,
        insert_new(connection, services),
        [
            {
                "project_no": service.project_no,
                "service_no": service.service_no,
                "assessment": service.assessment,
                "device": claims[service].device,
                "visit": claims[service].visit,
            }
            for service in ordered
        ],
    )
    if new == len(ordered):
        return dict(claims)
    key = sa.tuple_(services.c.project_no, services.c.service_no, services.c.assessment)
    held = connection.execute(
        sa.select(services).where(key.in_([(s.project_no, s.service_no, s.assessment) for s in ordered]))
    )
    return {
        Service(row.project_no, row.service_no, row.assessment): Visitor(row.device, row.visit)
        for row in held
    }
