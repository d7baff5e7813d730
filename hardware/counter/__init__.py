"""The counter link: how the clerk's PC, a business system or a terminal asks the device and is told."""
