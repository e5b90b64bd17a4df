"""One screen a step of the procedure, and the few that stand beside it."""
