"""A laboratory of real kernel devices: a small VM that is plugged and pulled while the program runs in it."""
