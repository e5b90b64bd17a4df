"""The program's first lines: the first glass, then everything else."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tui.terminal import first_glass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    first_glass.show(sys.argv[1:] if arguments is None else arguments)
    try:
        from tui import command_line  # argparse alone takes half of what the first glass may take

        return command_line.run(arguments)
    finally:
        first_glass.take_down()


if __name__ == "__main__":
    sys.exit(main())
