"""Wacom's STU signature pads: a pen over glass that shows its ink, read through hidraw."""
