"""The capture kit over real wires, run as a process of its own: for training, rehearsal and tests."""
