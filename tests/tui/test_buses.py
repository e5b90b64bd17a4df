"""The bus of an installed laptop: a file of the administrator that is no good is named, with what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hw.emulators.clock import RealClock
from tui.buses import installed_bus
from tui.settings import Settings, SettingsError

AUTHORITIES = "device-ca.pem"


def test_an_authoritys_file_without_a_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / AUTHORITIES).write_text("-----BEGIN NOTHING-----\n")
    with pytest.raises(SettingsError, match=f"{AUTHORITIES}: no certificates in it"):
        installed_bus(Settings(), RealClock(), tmp_path)


def test_an_authoritys_file_that_cannot_be_read_is_not_called_empty(tmp_path: Path) -> None:
    (tmp_path / AUTHORITIES).mkdir()
    with pytest.raises(SettingsError, match=f"{AUTHORITIES}: cannot be read"):
        installed_bus(Settings(), RealClock(), tmp_path)
