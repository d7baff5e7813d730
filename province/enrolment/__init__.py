"""The enrolment service: tickets, certificates, and which device takes which place."""
