"""Everything with a wire: key panels, the counter link, and fakes of them that work."""
