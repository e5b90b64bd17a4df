"""A webcam on its cable: filmed from, hanging, in use, pulled in mid-stream, plugged in again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hw.cameras.mjpeg import STANDARD_TABLES

from .devices import ScriptedDevice
from .laboratory import GUEST, Laboratory, Seconds

Took = Callable[[str, Seconds], None]
SCRIPT = GUEST / "uvc_camera.py"
KEY = "CAM1"


@pytest.fixture
def webcam(lab: Laboratory) -> Iterator[ScriptedDevice]:
    """Plug a webcam in and have it announced; pull it at the end."""
    device = lab.scripted(SCRIPT)
    try:
        lab.announce(device, key=KEY, role="camera", driver="v4l2", state="ready")
        yield device
        lab.pull(device, KEY)
    finally:
        device.pull()


def turn(webcam: ScriptedDevice, mode: str) -> None:
    since = webcam.feed.mark
    webcam.feed.say(do=mode)
    webcam.feed.wait(lambda line: "turned" in line, since=since)


def failed(ended: dict[str, Any]) -> tuple[str, str]:
    return ended["ended"], ended["reason"]


def test_a_webcam_is_pulled_in_mid_stream_and_films_again(lab: Laboratory, took: Took) -> None:
    device = lab.scripted(SCRIPT)
    try:
        took("webcam", lab.there_and_back(device, "frames", role="camera", driver="v4l2", key=KEY))
    finally:
        device.pull()


def test_the_still_has_the_size_that_holds_the_larger_portrait(lab: Laboratory, webcam: ScriptedDevice) -> None:
    still = lab.officer.capture(KEY, "still")
    assert still.got()["got"] == {"width": 1280, "height": 720, "decoded": True}
    assert still.ended()["ended"] == "done"


def test_a_still_is_a_frame_of_the_picture_that_was_live(lab: Laboratory, webcam: ScriptedDevice) -> None:
    both = lab.officer.capture(KEY, "still_while_live")
    assert both.ended()["ended"] == "done"
    *frames, still = both.all_got()
    assert len(frames) >= 3
    assert still["bytes"] > max(frame["bytes"] for frame in frames)


def test_a_reader_who_asks_seldom_gets_what_is_new_and_never_what_waited(
    lab: Laboratory, webcam: ScriptedDevice
) -> None:
    seldom = lab.officer.capture(KEY, "seldom")
    assert seldom.ended()["ended"] == "done"
    sent = {line["sent"] + len(STANDARD_TABLES): line["at"] for line in webcam.feed.heard() if "sent" in line}
    got = seldom.all_got()
    assert len(got) == 4
    # What waited in the kernel had arrived in full before it was asked for.
    assert all(sent[piece["bytes"]] > piece["asked"] for piece in got)


@pytest.mark.parametrize(("mode", "reason"), [("stall", "timeout"), ("garbage", "bad_answer")])
def test_a_webcam_that_gives_no_picture_is_given_up_and_films_again_without_a_replug(
    lab: Laboratory, webcam: ScriptedDevice, mode: str, reason: str
) -> None:
    film = lab.officer.capture(KEY, "frames")
    film.got()
    turn(webcam, mode)
    assert failed(film.ended()) == ("CaptureFailed", reason)
    assert failed(lab.officer.capture(KEY, "still").ended()) == ("CaptureFailed", reason)
    turn(webcam, "film")
    again = lab.officer.capture(KEY, "frames")
    again.got()
    assert again.stop()["ended"] == "stopped"


def test_a_webcam_that_hangs_and_is_then_pulled_is_gone_not_late(lab: Laboratory, webcam: ScriptedDevice) -> None:
    film = lab.officer.capture(KEY, "frames")
    film.got()
    turn(webcam, "stall")
    lab.pull(webcam, KEY, film)
    lab.announce(webcam, key=KEY)


def test_a_webcam_that_films_for_one_officer_is_in_use_for_the_other(lab: Laboratory, webcam: ScriptedDevice) -> None:
    first = lab.officer.capture(KEY, "frames")
    first.got()
    assert lab.officer.capture(KEY, "frames").ended()["ended"] == "DeviceBusy"
    since = lab.officer.mark
    first.got(since=since)
    first.stop()
    second = lab.officer.capture(KEY, "still")
    assert second.ended()["ended"] == "done"
