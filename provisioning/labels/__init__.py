"""Labels on paper: the sticker of a device and the sign of a window."""
