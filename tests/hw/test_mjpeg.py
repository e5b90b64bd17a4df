"""A camera's frame becomes a whole JPEG file, or is refused: cut off, padded, without tables, of impossible size."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hw.cameras.mjpeg import LARGEST_BYTES, STANDARD_TABLES, MalformedFrame, whole
from hw.emulators.faces import Pose, as_jpeg, draw_face

FACE = as_jpeg(draw_face("Norhayati", Pose()), 480)


def segments(jpeg: bytes) -> list[tuple[int, int, int]]:
    """Return marker, begin and end of every segment before the compressed pixels."""
    found: list[tuple[int, int, int]] = []
    at = 2
    while True:
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big") + 2
        found.append((jpeg[at + 1], at, at + length))
        if jpeg[at + 1] == 0xDA:
            return found
        at += length


def without_tables(jpeg: bytes) -> bytes:
    """Leave the Huffman tables out, as UVC cameras do."""
    for marker, begin, end in reversed(segments(jpeg)):
        if marker == 0xC4:
            jpeg = jpeg[:begin] + jpeg[end:]
    return jpeg


def with_size(jpeg: bytes, width: int, height: int) -> bytes:
    begin = next(begin for marker, begin, _end in segments(jpeg) if marker == 0xC0)
    return jpeg[: begin + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + jpeg[begin + 9 :]


def shown(jpeg: bytes) -> bytes:
    with Image.open(BytesIO(jpeg)) as image:
        return image.tobytes()


def test_a_whole_frame_is_kept_byte_for_byte() -> None:
    picture = whole(FACE)
    assert (picture.jpeg, picture.width, picture.height) == (FACE, 480, 640)


def test_a_frame_without_huffman_tables_becomes_a_file_that_every_decoder_reads() -> None:
    bare = without_tables(FACE)
    assert len(bare) < len(FACE)
    picture = whole(bare)
    assert [marker for marker, _begin, _end in segments(picture.jpeg)].count(0xC4) == 1
    assert shown(picture.jpeg) == shown(FACE)


def test_the_standard_tables_are_those_that_encoders_write() -> None:
    written = b"".join(FACE[begin + 4 : end] for marker, begin, end in segments(FACE) if marker == 0xC4)
    # Encoders order them by component, luminance first, direct current before alternating, as annex K does.
    assert STANDARD_TABLES[4:] == written
    assert int.from_bytes(STANDARD_TABLES[2:4], "big") == len(STANDARD_TABLES) - 2


@pytest.mark.parametrize("rest", [b"\0" * 3000, b"\0", b"\xff" * 7, b"what the buffer held before"])
def test_what_lies_behind_the_end_is_cut_off(rest: bytes) -> None:
    assert whole(FACE + rest).jpeg == FACE


def test_a_frame_cut_off_in_its_pixels_is_refused() -> None:
    with pytest.raises(MalformedFrame, match="no end"):
        whole(FACE[:-400])


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (65_535, 65_535), (480, 0), (0, 640), (8, 640)])
def test_a_size_beyond_all_measure_is_refused(width: int, height: int) -> None:
    with pytest.raises(MalformedFrame, match="size"):
        whole(with_size(FACE, width, height))


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff",
        b"\x00" * 4096,
        b"\x1b[2J" * 100,
        FACE[2:],
        FACE[1:],
        b"\xff\xd8\xff\xe0\xff\xff" + FACE[4:],  # a segment longer than the frame
        b"\xff\xd8\xff\xe0\x00\x01" + FACE[4:],  # one shorter than its own length field
        FACE[:2] + FACE[segments(FACE)[-1][1] :],  # compressed pixels without a word about their shape
    ],
)
def test_what_is_no_picture_is_refused(octets: bytes) -> None:
    with pytest.raises(MalformedFrame):
        whole(octets)


def test_a_frame_longer_than_any_camera_sends_is_refused() -> None:
    with pytest.raises(MalformedFrame, match="length"):
        whole(FACE + bytes(LARGEST_BYTES))


def test_fill_bytes_before_a_marker_are_allowed() -> None:
    begin = segments(FACE)[1][1]
    assert shown(whole(FACE[:begin] + b"\xff\xff" + FACE[begin:]).jpeg) == shown(FACE)


@given(st.data())
def test_a_damaged_frame_is_a_picture_or_the_one_error(data: st.DataObject) -> None:
    damaged = bytearray(without_tables(FACE) if data.draw(st.booleans()) else FACE)
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(0, min(700, len(damaged) - 1)))] = data.draw(st.integers(0, 255))
    try:
        picture = whole(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    except MalformedFrame:
        return
    assert picture.jpeg.startswith(b"\xff\xd8")
    assert picture.jpeg.endswith(b"\xff\xd9")
    assert 0 < picture.width * picture.height <= 40_000_000


@given(st.binary(max_size=300))
def test_bytes_of_any_kind_are_a_picture_or_the_one_error(octets: bytes) -> None:
    for frame in (octets, b"\xff\xd8" + octets, b"\xff\xd8" + octets + b"\xff\xd9"):
        try:
            whole(frame)
        except MalformedFrame:
            continue
