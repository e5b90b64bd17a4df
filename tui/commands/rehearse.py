"""`rekam17 rehearse --auto`: the whole procedure by the application's own keys, headless, on virtual time."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path


def run(args: argparse.Namespace) -> int:
    """Rehearse, print one line a step or the JSON; 1 and the glass on standard error when it gets stuck."""
    from tui.rehearsal.officer import Stuck
    from tui.rehearsal.play import rehearse
    from tui.rehearsal.result import lines_of

    if args.pupils < 1:
        print("--pupils: at least one", file=sys.stderr)
        return 2
    out = Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(args.data or stack.enter_context(tempfile.TemporaryDirectory(prefix="rekam17-rehearsal-")))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        tell = None if args.json else lambda line: print(line, flush=True)
        try:
            result = asyncio.run(rehearse(folder, out, pupils=args.pupils, seed=args.seed, tell=tell))
        except Stuck as error:
            print(error, file=sys.stderr)
            return 1
    print(json.dumps(result.as_json(), indent=2) if args.json else "\n".join(lines_of(result)))
    return 0
