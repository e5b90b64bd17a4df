"""`python -m tests.lab setup` fetches the VM's kernel; `python -m tests.lab run COMMAND` boots it for one command."""

from __future__ import annotations

import argparse
import subprocess
import sys

from .kernel import held, kernel, setup
from .machine import PROJECT, booted


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    orders = parser.add_subparsers(dest="order", required=True)
    orders.add_parser("setup", help="download and unpack the kernel, once (needs apt's lists)")
    running = orders.add_parser("run", help="boot a VM, run one shell command in it, end it")
    running.add_argument("command")
    args = parser.parse_args()
    if args.order == "setup":
        made = setup()
        sys.stdout.write(f"kernel {made.release} in {made.folder}\n")
        return 0
    with held("machine"), booted(kernel()) as machine:
        tty = ["-tt"] if sys.stdin.isatty() else []
        return subprocess.run([*machine.ssh(*tty), f"cd {PROJECT}; {args.command}"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
