"""The HTTP side of the province: the API with a token, the operator's page behind a login."""
