"""What goes between device and province: the wire contract, the link to the broker, the device's agent."""
