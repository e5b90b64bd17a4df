"""What pixels say: pictures decoded with limits, heads, eyes and ridges measured, strokes made visible; no device."""
