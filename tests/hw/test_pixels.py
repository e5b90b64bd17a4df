"""Pictures in every form a device may send, shown the right way round; hostile ones refused before they are decoded."""

import math
import struct
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageStat
from wsq import WsqImagePlugin  # noqa: F401 - teaches Pillow to write the format

from hw.emulators.faces import Pose, as_jpeg, draw_face
from hw.iso19794 import Compression, Modality, Record, write
from hw.pictures import wsq_picture
from hw.pictures.pixels import NoDecoder, UnreadablePicture, decode, pixels

EXACT = {Compression.PNG: ("PNG", {}), Compression.JPEG2000_LOSSLESS: ("JPEG2000", {})}
LOSSY = {
    Compression.JPEG: ("JPEG", {"quality": 95}),
    Compression.JPEG2000: ("JPEG2000", {"irreversible": True, "quality_layers": [4]}),
    Compression.WSQ: ("WSQ", {}),
}


def asymmetric() -> Image.Image:
    """Ridges as no finger has them, different however they are turned or mirrored, from black to white."""
    picture = Image.new("L", (96, 128))
    picture.putdata([round(127.5 + 127.5 * math.sin((x + x * y / 90) / 1.5)) for y in range(128) for x in range(96)])
    picture.paste(255, (0, 0, 40, 40))
    return picture


def apart(one: Image.Image, other: Image.Image) -> float:
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0]


def written(picture: Image.Image, form: tuple[str, dict[str, object]]) -> bytes:
    octets = BytesIO()
    picture.save(octets, form[0], **form[1])
    return octets.getvalue()


def finger(compression: Compression, image: bytes, size: tuple[int, int] = (96, 128), depth: int = 8) -> bytes:
    return write(Record(Modality.FINGER, 2, *size, compression, image, depth=depth))


def packed(picture: Image.Image, depth: int, *, filled: bool) -> bytes:
    """Pack the upper bits of each pixel, rows filled up to whole octets or run on."""
    levels = [level >> (8 - depth) for level in picture.tobytes()]
    rows = [levels[at : at + picture.width] for at in range(0, len(levels), picture.width)] if filled else [levels]
    return b"".join(
        int("".join(f"{level:0{depth}b}" for level in row).ljust(-(-len(row) * depth // 8) * 8, "0"), 2).to_bytes(
            -(-len(row) * depth // 8), "big"
        )
        for row in rows
    )


@pytest.mark.parametrize("compression", [*EXACT, *LOSSY], ids=lambda compression: compression.value)
def test_a_finger_is_shown_in_whatever_compression_it_comes(compression: Compression) -> None:
    picture = asymmetric()
    shown = decode(finger(compression, written(picture, (EXACT | LOSSY)[compression])))
    assert (shown.mode, shown.size) == ("L", picture.size)
    assert apart(shown, picture) <= (0 if compression in EXACT else 8)
    assert apart(ImageOps.mirror(shown), picture) > 40
    assert apart(ImageOps.flip(shown), picture) > 40


def test_a_wsq_picture_is_shown_without_a_record_around_it() -> None:
    assert decode(written(asymmetric(), ("WSQ", {}))).size == (96, 128)


def test_plain_pixels_are_shown_as_they_are() -> None:
    picture = asymmetric()
    assert decode(finger(Compression.RAW, picture.tobytes())).tobytes() == picture.tobytes()
    assert decode(finger(Compression.PACKED, picture.tobytes())).tobytes() == picture.tobytes()
    wide = b"".join(bytes((level, 77)) for level in picture.tobytes())
    assert decode(finger(Compression.RAW, wide, depth=16)).tobytes() == picture.tobytes()


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("width", [96, 93])
@pytest.mark.parametrize("filled", [True, False], ids=["rows filled up", "rows run on"])
def test_packed_pixels_are_spread_from_black_to_white(depth: int, width: int, filled: bool) -> None:
    picture = asymmetric().crop((0, 0, width, 127))
    shown = decode(finger(Compression.PACKED, packed(picture, depth, filled=filled), picture.size, depth))
    assert shown.getextrema() == (0, 255)
    steps = (1 << depth) - 1
    assert shown.tobytes() == bytes((level >> (8 - depth)) * 255 // steps for level in picture.tobytes())


@pytest.mark.parametrize("depth", [3, 7])
def test_packed_pixels_of_an_odd_depth_are_not_guessed_at(depth: int) -> None:
    with pytest.raises(UnreadablePicture):
        decode(finger(Compression.PACKED, bytes(96 * 128 * depth // 8), depth=depth))


def test_a_preview_fits_and_keeps_its_shape() -> None:
    small = pixels(as_jpeg(draw_face("Norhayati", Pose()), 480), 36, 30)
    assert (small.width, small.height) == (22, 30)
    assert len(small.rgb) == 22 * 30 * 3
    assert small.rgb[0] > 150 > 60 > small.rgb[1]


# What is refused


def huge(form: str) -> bytes:
    """Return a small file that says it holds 20,000 x 20,000 pixels."""
    if form == "PNG":
        octets = written(asymmetric(), ("PNG", {}))
        return octets[:16] + struct.pack(">II", 20_000, 20_000) + octets[24:]
    octets = written(asymmetric(), (form, {}))
    if form == "JPEG2000":
        at = octets.index(b"ihdr") + 4
        return octets[:at] + struct.pack(">II", 20_000, 20_000) + octets[at + 8 :]
    at = octets.index(b"\xff\xc0" if form == "JPEG" else b"\xff\xa2") + (5 if form == "JPEG" else 6)
    return octets[:at] + struct.pack(">HH", 20_000, 20_000) + octets[at + 4 :]


@pytest.mark.parametrize(
    ("form", "compression"),
    [
        ("JPEG", Compression.JPEG),
        ("PNG", Compression.PNG),
        ("JPEG2000", Compression.JPEG2000),
        ("WSQ", Compression.WSQ),
    ],
)
def test_a_picture_of_20_000_by_20_000_pixels_is_refused_before_it_is_decoded(
    form: str, compression: Compression, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = huge(form)
    monkeypatch.setattr(Image.Image, "load", lambda _image: pytest.fail("decoded"))
    monkeypatch.setattr(wsq_picture, "grey", lambda _picture: pytest.fail("decoded"))
    for octets in (picture, finger(compression, picture)):
        with pytest.raises(UnreadablePicture, match=r"size|Error"):
            decode(octets)


def test_a_picture_within_the_decoders_own_limit_but_beyond_ours_is_refused() -> None:
    with pytest.raises(UnreadablePicture, match="size"):
        decode(written(Image.new("1", (9_000, 9_000)), ("PNG", {})))


def test_a_record_does_not_hold_another_form_than_it_says() -> None:
    with pytest.raises(UnreadablePicture):
        decode(finger(Compression.JPEG2000, written(asymmetric(), ("PNG", {}))))


def test_a_jpeg_2000_that_hides_a_larger_picture_is_refused() -> None:
    octets = written(Image.new("L", (5_000, 5_000)), ("JPEG2000", {}))
    at = octets.index(b"ihdr") + 4
    with pytest.raises(UnreadablePicture):
        decode(octets[:at] + struct.pack(">II", 96, 128) + octets[at + 8 :])


def damaged(octets: bytes, data: st.DataObject, *, spare: int = 0) -> bytes:
    changed = bytearray(octets)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(spare, len(changed) - 1))] = data.draw(st.integers(0, 255))
    return bytes(changed[: data.draw(st.integers(spare, len(changed)))])


@given(st.sampled_from(["JPEG", "PNG", "JPEG2000"]), st.data())
def test_a_damaged_picture_is_a_picture_or_the_one_error(kind: str, data: st.DataObject) -> None:
    octets = written(Image.radial_gradient("L").resize((24, 32)), (kind, {}))
    try:
        decode(damaged(octets, data))
    except UnreadablePicture:
        return


# WSQ, whose decoder is not to be trusted with our process


@settings(max_examples=15)
@given(st.data())
def test_a_damaged_wsq_picture_is_a_picture_or_the_one_error(data: st.DataObject) -> None:
    octets = damaged(written(asymmetric(), ("WSQ", {})), data, spare=2)
    try:
        decode(octets)
    except UnreadablePicture:
        return


@given(st.binary(max_size=40))
def test_any_bytes_behind_the_magic_have_a_size_or_are_broken(rest: bytes) -> None:
    try:
        width, height = wsq_picture.size(wsq_picture.MAGIC + rest)
    except wsq_picture.BrokenWsq:
        return
    assert 0 <= width < 65536 > height >= 0


def test_a_decoder_that_dies_or_complains_takes_nothing_with_it(capfd: pytest.CaptureFixture[str]) -> None:
    good = written(asymmetric(), ("WSQ", {}))
    for cut in (20, len(good) // 2, len(good) - 3):
        with pytest.raises(UnreadablePicture):
            decode(good[:cut] + b"\xff" * 40)
    assert capfd.readouterr() == ("", "")


def test_without_the_decoder_a_finger_in_wsq_can_be_told_from_a_broken_one(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = finger(Compression.WSQ, written(asymmetric(), ("WSQ", {})))
    monkeypatch.setattr(wsq_picture, "available", lambda: False)
    with pytest.raises(NoDecoder):
        decode(picture)
    with pytest.raises(UnreadablePicture) as broken:
        decode(finger(Compression.WSQ, b"\xff\xa0 no picture"))
    assert not isinstance(broken.value, NoDecoder)
