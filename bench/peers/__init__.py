"""What ours is measured against: the same list of pupils by curses and by urwid, and Textual with one widget."""
