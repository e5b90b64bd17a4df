"""`python -m tui.rehearsal DIR`: a picture (SVG) of every screen of a rehearsal, for the documentation."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from tui.rehearsal.play import rehearse


def main() -> None:
    """Rehearse with a few pupils and fill the album."""
    parser = argparse.ArgumentParser(prog="python -m tui.rehearsal", description="Picture every screen.")
    parser.add_argument("album", type=Path, metavar="DIR")
    parser.add_argument("--pupils", type=int, default=12)
    args = parser.parse_args()
    args.album.mkdir(parents=True, exist_ok=True)
    for old in args.album.glob("*.svg"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        asyncio.run(rehearse(place, place / "out", pupils=args.pupils, seed=1, tell=print, album=args.album))


if __name__ == "__main__":
    main()
