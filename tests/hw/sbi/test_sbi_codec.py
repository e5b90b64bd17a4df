"""SBI's requests and streams without a wire: as services want them, and cut right wherever they break."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsq import WsqImagePlugin  # noqa: F401 - teaches Pillow to write the format

from hw.sbi.codec import DeviceInfo, Kind, capture_body, iris_order, slap_order
from hw.sbi.stream import FrameSplitter
from hw.types import CaptureFailed, DeviceState, Eye, FailReason, Finger, HardwareError, Slap

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
INFO = DeviceInfo("2", "S-1", Kind.FINGER, "Maker", "Model", "Slap", DeviceState.READY, "0.9.5", proven=True)
ORDER = slap_order(Slap.THUMBS, frozenset())


def test_a_request_is_ascii_with_numbers_as_strings() -> None:
    order = slap_order(Slap.RIGHT_FOUR, frozenset({Finger.RIGHT_RING}))
    body = capture_body(INFO, order, score=40, timeout=10.0, transaction="abc", at=NOW, env="Production")
    sent = json.loads(body.decode("ascii"))
    assert (sent["timeout"], sent["captureTime"], sent["specVersion"]) == ("10000", "2026-11-23T01:00:00Z", "0.9.5")
    (bio,) = sent["bio"]
    assert bio == {
        "type": "Finger",
        "count": "3",
        "bioSubType": ["Right IndexFinger", "Right MiddleFinger", "Right LittleFinger"],
        "exception": ["Right RingFinger"],
        "requestedScore": "40",
        "deviceSubId": "2",
        "previousHash": "",
        "deviceId": "2",
    }


@pytest.mark.parametrize(
    ("eyes", "sub_id"), [({Eye.LEFT}, 1), ({Eye.RIGHT}, 2), ({Eye.LEFT, Eye.RIGHT}, 3)], ids=["left", "right", "both"]
)
def test_the_left_eye_is_number_one_to_sbi_though_not_to_iso(eyes: set[Eye], sub_id: int) -> None:
    assert iris_order(frozenset(eyes)).sub_id == sub_id


# The live picture


def frame(picture: bytes) -> bytes:
    head = b"--BoundaryString\r\nAccess-Control-Allow-Origin:*\r\nContent-Type:image/jpeg\r\nContent-Length:%d\r\n\r\n"
    return head % len(picture) + picture + b"\r\n\r\n"


def ending(code: int) -> bytes:
    body = json.dumps({"errorCode": str(code), "errorInfo": "Live Stream timeout"}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


PICTURES = st.lists(st.binary(max_size=60).map(lambda octets: b"\xff\xd8" + octets), max_size=5)


@given(PICTURES, st.lists(st.integers(1, 90), min_size=1))
def test_frames_come_out_whole_however_the_bytes_are_cut(pictures: list[bytes], cuts: list[int]) -> None:
    wire = b"".join(map(frame, pictures))
    splitter, out, at, turn = FrameSplitter(), [], 0, 0
    while at < len(wire):
        step = cuts[turn % len(cuts)]
        out += splitter.feed(wire[at : at + step])
        at, turn = at + step, turn + 1
    assert out == pictures
    assert str(splitter.end()) == "stream_ended"


@given(PICTURES, st.integers(1, 90))
def test_a_second_response_inside_the_body_ends_the_stream(pictures: list[bytes], step: int) -> None:
    wire = b"".join(map(frame, pictures)) + ending(609)
    splitter, out = FrameSplitter(), list[bytes]()
    ended = None
    for at in range(0, len(wire), step):
        try:
            out += splitter.feed(wire[at : at + step])
        except CaptureFailed as error:
            ended = error
            break
    assert ended is not None
    assert (ended.reason, ended.detail) == (FailReason.TIMEOUT, "609")
    assert pictures[: len(out)] == out


def test_an_error_instead_of_a_stream_is_that_error() -> None:
    with pytest.raises(CaptureFailed) as failed:
        FrameSplitter().feed(b'{"errorCode": "607", "errorInfo": "not ready"}')
    assert failed.value.reason is FailReason.NOT_READY


@pytest.mark.parametrize(
    "wire",
    [
        b"Content-Length:99999999\r\n\r\n",
        b"Content-Length:0\r\n\r\n",
        b"Content-Type:image/jpeg\r\n\r\n",
        b"Content-Length:4\r\n\r\nGIF8",
        b"x" * 20_000,
        b"{" + b"x" * 20_000,
    ],
)
def test_bytes_that_are_no_stream_are_a_bad_answer(wire: bytes) -> None:
    with pytest.raises(CaptureFailed) as failed:
        FrameSplitter().feed(wire)
    assert failed.value.reason is FailReason.BAD_ANSWER


@given(st.binary(max_size=300))
def test_any_bytes_fed_to_the_splitter_end_in_frames_or_a_hardware_error(wire: bytes) -> None:
    splitter = FrameSplitter()
    try:
        splitter.feed(wire)
    except HardwareError:
        return
    assert isinstance(splitter.end(), HardwareError)


def test_nothing_heavy_is_imported_before_a_device_answers() -> None:
    code = (
        "import sys, hw.sbi.discovery, hw.sbi.jws, hw.cameras.sbi_camera\n"
        "import hw.pictures.portrait, hw.pictures.iris, hw.pictures.ridges, hw.pictures.pixels\n"
        "print(*({'aiohttp', 'cryptography', 'PIL'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
