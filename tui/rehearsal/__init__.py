"""The application drives itself through the procedure: its own keys, the emulated kit, virtual time."""
