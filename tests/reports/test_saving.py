"""A paper on disk is whole or not there."""

import hashlib
import os
from pathlib import Path

import pytest

from reports.saving import save


def test_a_paper_is_saved_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "bast.pdf"
    assert save(path, b"%PDF") == hashlib.sha256(b"%PDF").hexdigest()
    assert path.read_bytes() == b"%PDF"
    assert path.stat().st_mode & 0o777 == 0o600
    assert save(path, b"%PDF-2") == hashlib.sha256(b"%PDF-2").hexdigest()
    assert [entry.name for entry in tmp_path.iterdir()] == ["bast.pdf"]


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        save(tmp_path / "gone" / "bast.pdf", b"%PDF")


def test_when_it_cannot_be_finished_the_old_paper_stays_and_no_half_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bast.pdf"
    save(path, b"old")

    def full_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save(path, b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["bast.pdf"]


def test_a_folder_in_the_papers_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bast.pdf").mkdir()
    with pytest.raises(IsADirectoryError):
        save(tmp_path / "bast.pdf", b"%PDF")
    assert [entry.name for entry in tmp_path.iterdir()] == ["bast.pdf"]
