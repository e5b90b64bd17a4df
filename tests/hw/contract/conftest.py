"""The device that the contract is held with: each of the emulated kit, or the real ones that were named."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import still_camera
from places import PARTS, Part, Place, Trait, emulated, real


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Hold the contract with every emulated device that it is about, and with each real one named by --device."""
    if "place" in metafunc.fixturenames:
        parts: list[Part | str] = [
            part for part in PARTS if not part.traits & getattr(metafunc.function, "exempt", Trait(0))
        ]
        named = metafunc.config.getoption("--device")
        if not still_camera.TRAITS & getattr(metafunc.function, "exempt", Trait(0)):
            parts.append(still_camera.NAME)
        metafunc.parametrize("place", [*parts, *named], indirect=True, ids=str)


@pytest.fixture
async def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    if request.param == still_camera.NAME:
        monkeypatch.setenv("HOME", str(tmp_path))  # where libgphoto2 writes down what it calls itself
        held = still_camera.still_camera()
    elif isinstance(request.param, Part):
        held = emulated(request.param, tmp_path)
    else:
        held = real(request.param)
    async with held as place:
        yield place
