"""The province's HTTPS listener for devices, which come with the certificates of their enrolment."""
