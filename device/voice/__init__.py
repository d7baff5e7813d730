"""What the device says, to whom, and when: the same for every level on the loudspeaker."""
