"""The handover minutes with their list: beside the bare rows on a canvas, ten times as long, and what they take up."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from bench.ratio import Ratio
from reports import handover
from reports.fonts import Face, typeface
from reports.handover import HandoverPaper, Party, Recipient
from reports.layout import Letterhead

_ROWS, _MANY = 1_000, 10_000
_MEMORY = 80.0  # MiB, the whole process
_PEAK = (  # not ru_maxrss, which a process has from its parent
    "from pathlib import Path; from bench.papers import draw; draw(10_000);"
    " print(next(line for line in Path('/proc/self/status').read_text().splitlines() if line.startswith('VmHWM')))"
)
_BORN = date(2009, 1, 1)


def run() -> Iterator[Ratio]:
    """Measure in processor time, the best of some."""
    draw(30)  # fonts are read once a process
    bare, ours = _best(_bare, _ROWS), _best(draw, _ROWS)
    yield Ratio("handover list of 1,000 rows / the rows on a bare canvas", ours, bare, 1.5)
    yield Ratio("handover list of 10,000 rows / of 1,000", _best(draw, _MANY, 2), ours, 11.0)
    ran = subprocess.run(
        [sys.executable, "-c", _PEAK], cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True
    )
    yield Ratio(
        "handover list of 10,000 rows, process at its largest", int(ran.stdout.split()[1]) / 1024, _MEMORY, 1.0, "MiB"
    )


def draw(rows: int) -> bytes:
    """Draw minutes with so many recipients."""
    party = Party("Fahrurrazi", "198801172012121903", "Operator pencetakan", "Paringin")
    paper = HandoverPaper(
        "400.12.2/0147/DUKCAPIL/2026", date(2026, 11, 23), "SMA Contoh 1", "SMA Contoh 1", party, party, _people(rows)
    )
    return handover.draw(paper, Letterhead("PEMERINTAH (CONTOH)", "DINAS (CONTOH)", "Paringin", "", "Paringin"))


def _people(rows: int) -> tuple[Recipient, ...]:
    return tuple(
        Recipient(f"NORHAYATI {row}", f"6311{row:012d}", "Paringin", _BORN, "P", "XII IPA 1", f"A{row:07d}")
        for row in range(rows)
    )


def _bare(rows: int) -> bytes:
    """Draw the same columns and a rule under each row, 25 a page, and nothing else."""
    face = typeface(Face.NARROW)
    face.width("0", 1)
    file = io.BytesIO()
    canvas = Canvas(file, pageCompression=1, initialFontName=face.name)  # pyright: ignore[reportArgumentType] - guessed
    for number, one in enumerate(_people(rows), 1):
        line = (number - 1) % 25
        if number > 1 and line == 0:
            canvas.showPage()
        y = 800.0 - line * 26
        canvas.setFont(face.name, 9)
        born = f"{one.birth_place}, {one.birth_date:%d-%m-%Y}"
        values = (str(number), one.nik, one.name, born, one.sex, one.class_name, f"{number} ........")
        for x, value in zip((40, 60, 150, 300, 400, 420, 480), values, strict=True):
            canvas.drawString(x, y, value)
        canvas.line(40, y - 8, 560, y - 8)
    canvas.save()
    return file.getvalue()


def _best(what: Callable[[int], bytes], rows: int, times: int = 5) -> float:
    """Return the least milliseconds of processor time that drawing so many rows took."""
    taken: list[float] = []
    for _ in range(times):
        begun = time.process_time()
        what(rows)
        taken.append(time.process_time() - begun)
    return min(taken) * 1000
