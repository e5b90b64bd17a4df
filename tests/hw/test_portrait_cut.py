"""What of a camera's picture goes onto the card: found by the head, never fewer pixels than it needs, never more."""

from io import BytesIO

import pytest
from PIL import Image

from hw.emulators.faces import Pose, as_jpeg, draw_face
from hw.pictures.pixels import UnreadablePicture, decode
from hw.pictures.portrait import Advice, Faces, Height, PortraitCheck, check_portrait
from hw.pictures.portrait_cut import crop_portrait, preview
from hw.types import Portrait

CLOTH = (186, 22, 30)


def scene(
    size: tuple[int, int], tall: int, middle: float = 0.5, foot: float = 1.0, pose: Pose | None = None
) -> Image.Image:
    """Draw a pupil before a wide cloth: a portrait `tall` pixels high with its middle and foot at those shares."""
    figure = draw_face("Norhayati", pose or Pose())
    figure = figure.resize((round(tall * 3 / 4), tall), Image.Resampling.LANCZOS)
    picture = Image.new("RGB", size, CLOTH)
    picture.paste(figure, (round(size[0] * middle - figure.width / 2), round(size[1] * foot) - tall))
    return picture


def jpeg(image: Image.Image, quality: int = 90, **how: object) -> bytes:
    octets = BytesIO()
    image.save(octets, "JPEG", quality=quality, **how)
    return octets.getvalue()


def still(image: Image.Image, **how: object) -> Portrait:
    return Portrait(jpeg(image, **how), image.width, image.height)


def kept(portrait: Portrait) -> tuple[Portrait, PortraitCheck]:
    cut = crop_portrait(portrait)
    assert decode(cut.image).size == (cut.width, cut.height)
    return cut, check_portrait(cut.image)


@pytest.mark.parametrize("middle", [0.5, 0.3, 0.72])
@pytest.mark.parametrize("tall", [700, 860])
def test_a_pupil_far_from_a_wide_camera_fills_the_portrait_all_the_same(tall: int, middle: float) -> None:
    cut, check = kept(still(scene((1920, 1080), tall, middle)))
    assert abs(cut.width * 4 - cut.height * 3) <= 4
    assert cut.height >= 640
    assert (check.faces, check.height) == (Faces.ONE_CENTRED, Height.GOOD)
    assert check.head_share == pytest.approx(0.75, abs=0.05)


@pytest.mark.parametrize("tall", [700, 860, 1080])
def test_what_the_live_picture_promises_is_what_is_kept(tall: int) -> None:
    image = scene((1920, 1080), tall)
    _cut, check = kept(still(image))
    live = check_portrait(jpeg(image))
    assert (live.faces, live.height, live.cloth, live.advice) == (check.faces, check.height, check.cloth, check.advice)
    assert live.score == pytest.approx(check.score, abs=10)


def test_a_head_that_would_have_too_few_pixels_stays_small_and_the_officer_is_told() -> None:
    cut, check = kept(still(scene((1280, 720), 430)))
    assert (cut.width, cut.height) == (480, 640)
    assert (check.height, check.advice) == (Height.SMALL, Advice.CLOSER)
    assert check_portrait(jpeg(scene((1280, 720), 430))).advice is Advice.CLOSER


def test_an_old_webcam_gives_all_it_has() -> None:
    cut, _check = kept(still(scene((640, 480), 330)))
    assert (cut.width, cut.height) == (360, 480)


@pytest.mark.parametrize(("middle", "foot"), [(0.05, 1.0), (0.97, 1.0), (0.5, 0.6), (0.5, 1.2)])
def test_a_pupil_at_the_edge_is_cut_within_the_picture(middle: float, foot: float) -> None:
    cut, _check = kept(still(scene((1920, 1080), 760, middle, foot)))
    assert abs(cut.width * 4 - cut.height * 3) <= 4


def test_a_neighbour_beside_the_portrait_is_left_out_of_it() -> None:
    wide = scene((1920, 1080), 1080, pose=Pose(people=2, head=0.5))
    cut, check = kept(still(wide))
    assert abs(cut.width * 4 - cut.height * 3) <= 4
    assert (check.faces, check.height) == (Faces.ONE_CENTRED, Height.GOOD)


def test_nobody_before_the_cloth_leaves_the_middle() -> None:
    cut, check = kept(still(Image.new("RGB", (1280, 720), CLOTH)))
    assert (cut.width, cut.height) == (540, 720)
    assert check.faces is Faces.NONE


def test_a_still_of_the_right_shape_is_not_compressed_again() -> None:
    portrait = Portrait(as_jpeg(draw_face("Norhayati", Pose(head=0.5)), 480), 480, 640)
    assert crop_portrait(portrait) == portrait


def test_a_large_still_is_kept_in_bounds() -> None:
    noise = Image.effect_noise((3000, 2000), 80).convert("RGB")
    noise.paste(scene((3000, 2000), 1500).crop((600, 200, 2400, 2000)), (600, 200))
    cut, _check = kept(still(noise, quality=95))
    assert (cut.width, cut.height) == (960, 1280)
    assert len(cut.image) < 2_000_000


def test_a_still_of_the_right_shape_is_bounded_too() -> None:
    portrait = still(scene((1800, 2400), 2400))
    cut, check = kept(portrait)
    assert (cut.width, cut.height) == (960, 1280)
    assert check.height is Height.GOOD
    small = still(draw_face("Norhayati", Pose()), comment=bytes(60_000))
    padded = Portrait(small.image[:2] + (b"\xff\xfe\xff\xff" + bytes(65_533)) * 40 + small.image[2:], 480, 640)
    assert len(padded.image) > 2_000_000
    assert len(crop_portrait(padded).image) < 300_000


@pytest.mark.parametrize(("orientation", "turn"), [(6, 90), (8, 270), (3, 180)])
def test_a_camera_held_upright_gives_an_upright_portrait(orientation: int, turn: int) -> None:
    upright = scene((1200, 1800), 1400)
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Maker"
    turned = upright.rotate(turn, expand=True)
    cut, check = kept(Portrait(jpeg(turned, exif=exif), *turned.size))
    assert (check.faces, check.height) == (Faces.ONE_CENTRED, Height.GOOD)
    with Image.open(BytesIO(cut.image)) as image:
        assert not image.getexif()


def test_a_still_that_is_no_picture_is_not_kept() -> None:
    with pytest.raises(UnreadablePicture):
        crop_portrait(Portrait(b"\xff\xd8 not a picture", 480, 640))


def test_the_preview_is_the_middle_and_stands_still() -> None:
    small = preview(jpeg(scene((1920, 1080), 860)), 36, 30)
    assert (small.width, small.height) == (22, 30)
    breathing = preview(jpeg(scene((1920, 1080), 864)), 36, 30)
    corner = small.rgb[:3]
    assert corner == breathing.rgb[:3]
    assert corner[0] > 150 > 60 > corner[1]
    drawn = jpeg(draw_face("Norhayati", Pose()))
    whole = preview(drawn, 36, 30)
    assert (whole.width, whole.height) == (22, 30)
