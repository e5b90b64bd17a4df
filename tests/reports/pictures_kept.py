"""Papers as pictures, held against the ones that are kept: each looks as it did when somebody last looked at it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

_UNLIKE = 48  # of 255: a grey further off than this is another shape, not another rounding
TOLERATED = 0.001
"""Of a page's dots, those that may differ."""


def sheets(paper: bytes, folder: Path, dots_an_inch: int = 50) -> Image.Image:
    """Return all pages of a paper beside each other, in greys."""
    (folder / "paper.pdf").write_bytes(paper)
    subprocess.run(
        ["pdftoppm", "-r", str(dots_an_inch), "-gray", str(folder / "paper.pdf"), str(folder / "page")], check=True
    )
    pages = [Image.open(file) for file in sorted(folder.glob("page*.pgm"))]
    whole = Image.new("L", (sum(page.width for page in pages), max(page.height for page in pages)), 128)
    left = 0
    for page in pages:
        whole.paste(page, (left, 0))
        left += page.width
    return whole


def unlike(one: Image.Image, other: Image.Image) -> float:
    """Return which part of the dots is another grey, a dot's breadth of shift forgiven."""
    if one.size != other.size:
        return 1.0
    soft = [picture.filter(ImageFilter.GaussianBlur(1)) for picture in (one, other)]
    differ = ImageChops.difference(*soft).point(lambda grey: 255 if grey > _UNLIKE else 0)
    return differ.histogram()[255] / (one.width * one.height)


def looks_like(shown: Image.Image, file: Path) -> bool:
    """Tell whether it looks like the picture that is kept; with REKAM17_NEW_PICTURES=1 keep it instead."""
    if os.environ.get("REKAM17_NEW_PICTURES"):
        file.parent.mkdir(exist_ok=True)
        shown.quantize(24).save(file, optimize=True)
    with Image.open(file) as kept:
        return unlike(shown, kept.convert("L")) < TOLERATED
