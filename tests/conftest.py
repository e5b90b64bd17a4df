"""What all tests share: a missing peer is an error where peers are required, and a skip with its reason elsewhere."""

import os
import shutil

import pytest


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Look for the programs a test names with @pytest.mark.peer before it runs."""
    for mark in item.iter_markers("peer"):
        for program in mark.args:
            if shutil.which(program) is None:
                reason = f"{program} is not installed"
                if os.environ.get("REKAM17_REQUIRE_PEERS") == "1":
                    pytest.fail(reason, pytrace=False)
                pytest.skip(reason)
