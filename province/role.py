"""Who asks, and what they may see."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from province.errors import Forbidden


class Role(StrEnum):
    """What somebody may do."""

    OPERATOR = "operator"
    VIEWER = "viewer"
    TECHNICIAN = "technician"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who has proven who they are. `name`: empty for whoever came by a one-time login.

    `hall`: the only hall a viewer or technician sees, None for all.
    """

    name: str
    role: Role
    hall: str | None = None

    @property
    def is_operator(self) -> bool:
        """Whether rows, single levels and changes are open to them."""
        return self.role is Role.OPERATOR

    @property
    def sees_figures(self) -> bool:
        """Whether levels are open to them, in groups at least: to everybody but technicians."""
        return self.role is not Role.TECHNICIAN

    @property
    def sees_alarms(self) -> bool:
        """Whether what went wrong with devices is open to them."""
        return self.role in {Role.OPERATOR, Role.TECHNICIAN}

    def need_figures(self) -> None:
        """Raises Forbidden for technicians."""
        if not self.sees_figures:
            raise Forbidden("figures are not for the role technician")

    def need_operator(self) -> None:
        """Raises Forbidden for anybody else."""
        if not self.is_operator:
            raise Forbidden("this is for the role operator")


OPERATOR = Principal("", Role.OPERATOR)
