"""A live picture: bytes on the line and milliseconds of work, against half cells drawn without a thought.

The peer decodes and scales the same JPEG, then writes two true colours for every cell of every frame, as programs that
show pictures in a terminal do. Ours is what Textual sends of our lines: those that changed, in the colours that the
budget allows. Frames are those of the emulated camera and scanners, whose subjects sway and whose pictures have grain.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console

from bench.ratio import Ratio
from hw.emulators import pictures
from hw.emulators.eyes import Gaze
from hw.emulators.faces import Pose
from hw.emulators.fingers import Touch
from hw.pictures.pixels import pixels
from hw.types import Eye, Slap
from tui.ink import Look
from tui.line import Line
from tui.widgets import preview

TURNS, FRAMES = 7, 8
BYTES_GOAL, WORK_GOAL = 0.3, 4.0
_POSITION = len("\x1b[12;34H")


@dataclass
class _Ours:
    """Our drawing: what is on the glass stays there, only lines that changed are sent."""

    width: int
    height: int
    look: Look = field(default_factory=lambda: Look.choose(colour=True))
    shown: list[Line] = field(default_factory=list[Line])

    def __post_init__(self) -> None:
        self._console = Console(color_system="256", force_terminal=True, legacy_windows=False)

    def frame(self, jpeg: bytes) -> int:
        lines = preview.of_frame(jpeg, self.look, self.width, self.height)
        changed = [line for row, line in enumerate(lines) if row >= len(self.shown) or line != self.shown[row]]
        self.shown = lines
        return sum(
            len(line.strip(self.width, self.look).render(self._console).encode()) + _POSITION for line in changed
        )


@dataclass
class _Naive:
    """Every cell of every frame in true colour."""

    width: int
    height: int

    def frame(self, jpeg: bytes) -> int:
        small = pixels(jpeg, self.width, self.height * 2)
        written: list[str] = []
        for top in range(0, small.height - 1, 2):
            written.append(f"\x1b[{top // 2 + 1};1H")
            for at in range(small.width):
                upper, lower = (small.rgb[((top + row) * small.width + at) * 3 :][:3] for row in (0, 1))
                written.append(f"\x1b[38;2;{upper[0]};{upper[1]};{upper[2]};48;2;{lower[0]};{lower[1]};{lower[2]}m▀")
            written.append("\x1b[0m")
        return len("".join(written).encode())


def run() -> Iterator[Ratio]:
    """Measure both in turns, one after the other, and compare the best of each."""
    faces = [pictures.frame("NORHAYATI", Pose(), moment) for moment in range(FRAMES)]
    touches = tuple((finger, Touch()) for finger in Slap.RIGHT_FOUR.fingers)
    slaps = [pictures.hand("NORHAYATI", touches, moment) for moment in range(FRAMES)]
    eyes = [pictures.look("NORHAYATI", tuple((eye, Gaze()) for eye in Eye), moment) for moment in range(FRAMES)]
    places = (
        ("portrait 36x15", faces, (preview.WIDTH, preview.HEIGHT)),
        ("portrait 60x27", faces, preview.WIDE),
        ("slap 40x20", slaps, (40, 20)),
        ("irises 48x9", eyes, (48, 9)),
    )
    for name, frames, (width, height) in places:
        turns = [
            (_measure(_Ours(width, height).frame, frames), _measure(_Naive(width, height).frame, frames))
            for _turn in range(TURNS)
        ]
        ours, peer = (min(turn[side].octets for turn in turns) for side in (0, 1))
        yield Ratio(f"{name}, a frame / all cells in true colour", ours, peer, BYTES_GOAL, "B")
        ours, peer = (min(turn[side].seconds for turn in turns) * 1000 for side in (0, 1))
        yield Ratio(f"{name}, work for a frame / the same", ours, peer, WORK_GOAL)


@dataclass(frozen=True)
class Spent:
    """What one frame took on average."""

    octets: float
    seconds: float


def _measure(draw: Callable[[bytes], int], frames: Sequence[bytes]) -> Spent:
    begun = time.perf_counter()
    octets = sum(draw(frame) for frame in frames)
    return Spent(octets / len(frames), (time.perf_counter() - begun) / len(frames))


def one_frame(jpeg: bytes, width: int, height: int) -> tuple[int, int]:
    """Return the bytes of a first frame and of the same one again, for a test of what is measured."""
    ours = _Ours(width, height)
    return ours.frame(jpeg), ours.frame(jpeg)
