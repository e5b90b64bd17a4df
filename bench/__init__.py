"""Benchmarks: each prints our figure, a peer's or a floor's from the same run, their ratio and the goal."""
