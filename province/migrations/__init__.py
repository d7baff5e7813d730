"""The steps by which the database reached its present form."""
