"""Enrolment as a technician runs it on the box: from a ticket to a device that speaks with the province."""
