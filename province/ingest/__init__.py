"""What happens to a message from a device: judged, committed, counted, receipted."""
