"""`make bench`: every benchmark, or those named on the command line; 1 when a goal was missed."""

from __future__ import annotations

import importlib
import sys

BENCHMARKS = (
    "list_import",
    "search",
    "screens",
    "line",
    "slow_line",
    "preview",
    "papers",
    "unplug",
    "office",
    "school",
)


def main() -> int:
    """Run and print them one by one."""
    missed = 0
    print(f"{'':<58} {'ours':>10} {'peer':>10}")
    for name in sys.argv[1:] or BENCHMARKS:
        for ratio in importlib.import_module(f"bench.{name}").run():
            print(ratio.line(), flush=True)
            missed += ratio.ratio > ratio.goal
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
