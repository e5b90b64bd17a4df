"""The device that the contract is held with: each of the emulated kit, or the real ones that were named."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from places import PARTS, Part, Place, Trait, emulated, real


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hold the contract with every emulated device that it is about, and with each real one named by --device."""
    if "place" in metafunc.fixturenames:
        parts = [part for part in PARTS if not part.traits & getattr(metafunc.function, "exempt", Trait(0))]
        named = metafunc.config.getoption("--device")
        metafunc.parametrize("place", [*parts, *named], indirect=True, ids=str)


@pytest.fixture
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    held = emulated(request.param, tmp_path) if isinstance(request.param, Part) else real(request.param)
    async with held as place:
        yield place
