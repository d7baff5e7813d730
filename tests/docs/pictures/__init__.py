"""The pictures of the technician's guide, made anew by scripts/pictures: real commands, screens, pages."""
