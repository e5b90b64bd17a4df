"""`rekam17 office-key DIR`: makes the office's three key pairs, on an office computer."""

from __future__ import annotations

import argparse
from pathlib import Path

from store.sealing import PUBLIC_FILE, OfficeKeys, SealError
from tui.commands.unlocking import fail


def run(args: argparse.Namespace) -> int:
    """Write the keys into `args.dir`, say what goes where, and print the fingerprint; 2 if there are keys already."""
    folder = Path(args.dir)
    keys = OfficeKeys.generate()
    try:
        keys.write(folder)
    except SealError:
        return fail(f"{folder}: keys are there already, and are never overwritten")
    except OSError as error:
        return fail(f"{folder}: {error.strerror or 'cannot be written'}")
    print(f"{folder / PUBLIC_FILE}: give this file to every laptop")
    print(f"{folder / 'printing.key'}: bring it to a laptop that prints, then take it away again")
    print(f"{folder / 'recovery.key'}: stays at the office; opens a laptop whose passphrases are lost")
    print(f"{folder / 'biometrics.key'}: stays at the office; alone opens fingers and irises")
    print(f"Fingerprint, to compare by phone: {keys.public.fingerprint}")
    return 0
