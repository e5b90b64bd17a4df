"""Screens of a state kept as text in both languages, a file a state and language, in `states/`.

`REKAM17_RENEW=1` keeps what is shown, to be read before it is believed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.line import cells

KEPT = Path(__file__).parent / "states"
Shown = Mapping[str, Sequence[str]]


def compare(state: str, both: Mapping[str, Shown]) -> None:
    """Compare the screens of a state, by language and name, with the kept ones; nothing is cut in only one language."""
    for language, shown in both.items():
        text = "".join(f"=== {name}\n" + "".join(f"{line}\n" for line in lines) for name, lines in shown.items())
        file = KEPT / f"{state.replace(' ', '-')}.{language}.txt"
        if os.environ.get("REKAM17_RENEW") == "1":
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.exists(), f"nothing is kept of {file.name}"
        assert text.splitlines() == file.read_text(encoding="utf-8").splitlines()
    for name, indonesian in both["id"].items():
        for number, (here, there) in enumerate(zip(indonesian, both["en"][name], strict=True), 1):
            assert here.count("..") == there.count(".."), f"{name} line {number}:\n{here}\n{there}"
            assert max(cells(here), cells(there)) <= 80
