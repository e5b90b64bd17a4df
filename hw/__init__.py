"""The capture kit and the printers, over their real wires; knows nothing of pupils or screens."""
