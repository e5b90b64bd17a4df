"""What a test needs from outside: an error where peers are required, a skip with its reason elsewhere."""

import os
import shutil
from typing import NoReturn

import pytest

_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


def lacking(reason: str) -> NoReturn:
    """End a test that cannot be made here."""
    if os.environ.get("REKAM17_REQUIRE_PEERS") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def need(program: str) -> None:
    """End the test where a program is not installed; an ordinary user's PATH may lack a daemon's folder."""
    if shutil.which(program, path=_PATH) is None:
        lacking(f"{program} is not installed")
