"""SBI's answers without a wire: what is believed, what is a lie, and that anything else ends in one kind of error."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image
from wsq import WsqImagePlugin  # noqa: F401 - teaches Pillow to write the format

from hw.emulators.authority import CERTIFICATE, signer
from hw.emulators.fingers import Touch, draw_finger
from hw.iso19794 import Compression, Modality, Record, write
from hw.pictures import wsq_picture
from hw.pictures.pixels import decode_record
from hw.sbi import answers, codec, jws
from hw.sbi.answers import Hashing, Trust, chained, read_capture
from hw.sbi.codec import DeviceInfo, Kind, slap_order
from hw.sbi.errors import as_error, from_code
from hw.types import CaptureFailed, DeviceBusy, DeviceGone, DeviceState, FailReason, Finger, HardwareError, Slap

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
INFO = DeviceInfo("2", "S-1", Kind.FINGER, "Maker", "Model", "Slap", DeviceState.READY, "0.9.5", proven=True)
ORDER = slap_order(Slap.THUMBS, frozenset())

NAMES = st.sampled_from(
    "biometrics error errorCode data hash deviceInfo deviceId serialNo deviceStatus digitalId purpose specVersion type "
    "bioType bioSubType bioValue qualityScore timestamp transactionId env".split()
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["0", "111"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=8), inner, max_size=6),
    max_leaves=20,
)


def test_the_chain_is_the_one_a_mock_service_was_seen_to_send() -> None:
    # SHA-256 over SHA-256("") and SHA-256("a") as raw bytes, worked out with sha256sum and xxd.
    assert chained([b"a"]) == ["AD83ABB09DA975A192CB6AF596055A37DC786A28B490ECF027D482AB232E42BB"]
    assert chained([b"a", b"b"])[0] == chained([b"a"])[0]
    assert chained([b"a", b"b"])[1] != chained([b"b"])[0]


@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
@example(b"[" * 100_000)
@example(b"[" * 900 + b"]" * 900)
@example(b'{"biometrics":[{"data":"a.b.c","hash":"","error":{"errorCode":"0"}}]}')
def test_whatever_a_service_answers_only_a_hardware_error_comes_out(body: bytes) -> None:
    readers: list[Callable[[], object]] = [
        lambda: answers.read_infos(body, (), NOW),
        lambda: answers.read_discovery(body),
        lambda: read_capture(body, INFO, ORDER, "t", Trust(()), NOW),
    ]
    for read in readers:
        try:
            read()
        except HardwareError:
            continue


# Answers that are really signed, with one thing wrong in them


class Provider:
    """A pinned provider with one device, which signs whatever it is told to."""

    def __init__(self, folder: Path) -> None:
        self.signer = signer(folder, NOW)
        self.trust = Trust(jws.authorities((folder / CERTIFICATE).read_bytes()))
        image = draw_finger("Norhayati", Finger.LEFT_THUMB, Touch())
        octets = BytesIO()
        image.save(octets, "PNG")
        self.record = Record(Modality.FINGER, 6, *image.size, Compression.PNG, octets.getvalue(), 57)

    def sign(self, payload: dict[str, Any]) -> str:
        return jws.sign(payload, self.signer.key, self.signer.chain)

    def thumb(self, **wrong: object) -> dict[str, Any]:
        """Return what is signed of one thumb."""
        identity = {"serialNo": INFO.serial, "type": "Finger", "make": "Maker", "model": "Model"}
        return {
            "digitalId": self.sign(identity),
            "bioType": "Finger",
            "bioSubType": "Left Thumb",
            "purpose": "Registration",
            "env": "Production",
            "bioValue": jws.encode(write(self.record)),
            "transactionId": "t",
            "timestamp": "2026-11-23T01:00:00Z",
            "qualityScore": "44.0",
        } | wrong

    def answer(self, payload: dict[str, Any], hashing: Hashing = Hashing.RAW) -> bytes:
        value = payload.get("bioValue")
        try:
            octets = jws.decode(value if isinstance(value, str) else "")
        except ValueError:
            octets = b""
        part = {"data": self.sign(payload), "hash": chained([octets], hashing)[0], "error": {"errorCode": "0"}}
        return json.dumps({"biometrics": [part]}).encode()

    def read(self, **wrong: object) -> float:
        (thumb,) = read_capture(self.answer(self.thumb(**wrong)), INFO, LEFT_THUMB, "t", self.trust, NOW)
        return thumb.score


LEFT_THUMB = slap_order(Slap.THUMBS, frozenset({Finger.RIGHT_THUMB}))


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    return Provider(tmp_path_factory.mktemp("provider"))


@pytest.mark.parametrize(
    ("sent", "score"), [("44.0", 44), ("0", 0), ("100", 100), (" 44.125 ", 44.125), (44, 44), (9.5, 9.5)]
)
def test_a_score_is_text_or_a_number(provider: Provider, sent: object, score: float) -> None:
    assert provider.read(qualityScore=sent) == score


@pytest.mark.parametrize(
    "lie",
    [
        *(101, -0.5, math.nan, math.inf, 10**400, None, True, [], {}, ["101"]),
        *("101", "100.01", "-1", "1e2", "NaN", "Infinity", "", "0x10", "1_0", "٤٤", "44.0 of 100"),
    ],
)
def test_a_score_that_no_scale_has_is_a_lie(provider: Provider, lie: object) -> None:
    with pytest.raises(CaptureFailed, match="bad_answer score"):
        provider.read(qualityScore=lie)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"purpose": "Auth"}, "tampered purpose"),
        ({"env": "Developer"}, "tampered purpose"),
        ({"bioType": "Iris"}, "tampered type"),
        ({"transactionId": "u"}, "tampered transaction"),
        ({"digitalId": "e30.e30.e30"}, "tampered"),
        ({"digitalId": ""}, "tampered"),
        ({"timestamp": "2026-11-23T01:00:00"}, "bad_answer timestamp"),  # without its zone
        ({"timestamp": "yesterday"}, "bad_answer timestamp"),
        ({"timestamp": "2026-11-23T00:54:59Z"}, "clock_skew"),
        ({"timestamp": "2026-11-23T08:05:01+07:00"}, "clock_skew"),
        ({"bioValue": "no base64!"}, "bad_answer bioValue"),
        ({"bioValue": ""}, "bad_answer truncated"),
        ({"bioSubType": "Right Thumb"}, "wrong_position"),
        ({"bioSubType": ["Left Thumb", "Right Thumb"]}, None),
    ],
)
def test_what_is_signed_must_be_the_answer_to_our_question(
    provider: Provider, wrong: dict[str, object], told: str | None
) -> None:
    if told is None:
        assert provider.read(**wrong) == 44
        return
    with pytest.raises(CaptureFailed, match=told):
        provider.read(**wrong)


def test_an_identity_of_another_device_of_the_same_provider_is_not_ours(provider: Provider) -> None:
    for other in ({"serialNo": "S-2", "type": "Finger"}, {"serialNo": INFO.serial, "type": "Iris"}):
        with pytest.raises(CaptureFailed, match="tampered device"):
            provider.read(digitalId=provider.sign(other))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"modality": Modality.IRIS, "position": 1}, "bad_answer record"),
        ({"position": 1}, "wrong_position record"),
        ({"width": 287}, "bad_answer picture size"),
        ({"image": b"no picture"}, "bad_answer picture"),
        ({"compression": Compression.JPEG2000}, "bad_answer picture"),
        ({"position": 0}, None),
        ({"quality": None}, None),
        ({"quality": 3}, None),  # another measure than the service's: not compared
    ],
)
def test_a_score_comes_with_the_picture_it_speaks_of(
    provider: Provider, changed: dict[str, Any], told: str | None
) -> None:
    value = jws.encode(write(replace(provider.record, **changed)))
    if told is None:
        assert provider.read(bioValue=value) == 44
        return
    with pytest.raises(CaptureFailed, match=told):
        provider.read(bioValue=value)


@pytest.mark.parametrize("level", [0, 40, 255])
def test_a_picture_of_nothing_has_no_score_however_high(provider: Provider, level: int) -> None:
    noise = Image.effect_noise((60, 80), 3).point([max(0, min(255, level + grey - 128)) for grey in range(256)])
    record = replace(provider.record, width=60, height=80, compression=Compression.RAW, image=noise.tobytes())
    with pytest.raises(CaptureFailed) as refused:
        provider.read(bioValue=jws.encode(write(record)), qualityScore="95.0")
    assert (refused.value.reason, refused.value.retriable) == (FailReason.NO_BIOMETRIC, True)


def test_a_finger_in_wsq_is_kept_where_nothing_can_show_it(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    octets = BytesIO()
    decode_record(provider.record).save(octets, "WSQ")
    value = jws.encode(write(replace(provider.record, compression=Compression.WSQ, image=octets.getvalue())))
    assert provider.read(bioValue=value) == 44
    monkeypatch.setattr(wsq_picture, "available", lambda: False)
    assert provider.read(bioValue=value) == 44


@pytest.mark.parametrize("hashing", Hashing)
def test_the_hash_chain_is_read_as_the_site_says(provider: Provider, hashing: Hashing) -> None:
    body = provider.answer(provider.thumb(), hashing)
    assert read_capture(body, INFO, LEFT_THUMB, "t", replace(provider.trust, hashing=hashing), NOW)
    (other,) = set(Hashing) - {hashing}
    with pytest.raises(CaptureFailed, match="tampered hash chain"):
        read_capture(body, INFO, LEFT_THUMB, "t", replace(provider.trust, hashing=other), NOW)
    with pytest.raises(CaptureFailed, match="tampered hash chain"):
        read_capture(body.replace(b'"hash": "', b'"hash": "0'), INFO, LEFT_THUMB, "t", provider.trust, NOW)


@settings(max_examples=40)
@given(NAMES, JSON)
def test_whatever_is_signed_only_a_hardware_error_comes_out(provider: Provider, name: str, value: object) -> None:
    payload = provider.thumb() | {name: value}
    try:
        read_capture(provider.answer(payload), INFO, LEFT_THUMB, "t", provider.trust, NOW)
    except HardwareError:
        return


@settings(max_examples=40)
@given(st.dictionaries(NAMES, JSON, max_size=5), st.dictionaries(NAMES, JSON, max_size=5), st.booleans())
def test_whatever_a_device_says_of_itself_it_is_a_device_or_left_out(
    provider: Provider, facts: dict[str, Any], identity: dict[str, Any], wrapped: bool
) -> None:
    whole = {"digitalId": provider.sign({"type": "Iris", **identity}), "specVersion": ["1.0"], **facts}
    token = provider.sign({"deviceInfo": whole} if wrapped else whole)
    for info in answers.read_infos(json.dumps([{"deviceInfo": token}]).encode(), provider.trust.pinned, NOW):
        assert all(text.isprintable() for text in (info.serial, info.maker, info.spec, info.device_id))


def test_a_capture_that_reports_success_without_proof_is_not_believed() -> None:
    body = json.dumps({"biometrics": [{"data": "e30.e30.e30", "hash": "", "error": {"errorCode": "0"}}]}).encode()
    with pytest.raises(CaptureFailed) as refused:
        read_capture(body, INFO, ORDER, "t", Trust(()), NOW)
    assert refused.value.reason is FailReason.TAMPERED


# Who a device is


def stated(provider: Provider, *, wrapped: bool = False, **facts: object) -> DeviceInfo:
    identity = provider.sign({"serialNo": "S-1", "type": "Finger", "deviceSubType": "Slap"})
    whole = {"digitalId": identity, "purpose": "Registration", "deviceStatus": "Ready", **facts}
    token = provider.sign({"deviceInfo": whole} if wrapped else whole)
    (info,) = answers.read_infos(json.dumps([{"deviceInfo": token}]).encode(), provider.trust.pinned, NOW)
    return info


@pytest.mark.parametrize(
    ("listed", "spoken", "newer"),
    [
        (["0.9.5"], "0.9.5", False),
        (["0.9.5", "1.0"], "1.0", True),
        (["SBI 1.0"], "SBI 1.0", True),
        (["1.0"], "1.0", True),
        (["0.9.2"], "0.9.2", False),
        ([], "0.9.5", False),
        ([None, 7, {"a": 1}], "0.9.5", False),
        ("1.0", "0.9.5", False),
        (["1.\x1b[2J0"], "1.[2J0", True),
        (["x" * 200], "0.9.5", False),
    ],
)
def test_the_newest_specification_that_both_speak_is_spoken(
    provider: Provider, listed: object, spoken: str, newer: bool
) -> None:
    info = stated(provider, specVersion=listed)
    assert (info.spec, info.newer) == (spoken, newer)


def test_the_newer_specification_wraps_its_info_and_names_devices_by_serial_number(provider: Provider) -> None:
    info = stated(provider, wrapped=True, specVersion=["1.0"])
    assert (info.serial, info.device_id, info.proven, info.fits) == ("S-1", "S-1", True, True)
    sent = json.loads(codec.stream_body(info, ORDER, 5))
    assert sent == {"serialNo": "S-1", "deviceSubId": "3", "timeout": "5000"}


def test_a_signed_info_around_an_unsigned_identity_proves_nothing(provider: Provider) -> None:
    identity = jws.encode(json.dumps({"serialNo": "S-1", "type": "Finger", "deviceSubType": "Slap"}).encode())
    info = stated(provider, digitalId=identity)
    assert (info.proven, info.doubt) == (False, "form")


def test_an_info_out_of_its_time_says_so(provider: Provider) -> None:
    identity = provider.sign({"serialNo": "S-1", "type": "Finger", "dateTime": "2026-11-23T01:00:00Z"})
    body = json.dumps([{"deviceInfo": provider.sign({"digitalId": identity})}]).encode()
    (info,) = answers.read_infos(body, provider.trust.pinned, NOW - timedelta(days=9000))
    assert (info.proven, info.doubt, info.stamped) == (False, "expired", NOW)


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ([{"deviceId": "2", "deviceStatus": "Busy", "error": {"errorCode": "111"}}], {"2": DeviceState.BUSY}),
        ([{"serialNo": "S-1", "deviceStatus": "Ready"}], {"S-1": DeviceState.READY}),
        ([{"error": {"errorCode": "503"}}], {}),
        ([], {}),
        (
            [{"deviceId": "", "deviceStatus": "Not Registered", "digitalId": jws.encode(b'{"serialNo": "S-1"}')}],
            {"S-1": DeviceState.UNSUPPORTED},
        ),
    ],
)
def test_a_discovery_says_which_devices_are_there(listed: object, found: dict[str, DeviceState]) -> None:
    assert answers.read_discovery(json.dumps(listed).encode()) == found


@pytest.mark.parametrize("answer", [[{"error": {"errorCode": "502"}}], {"errorCode": "500"}, {}, 7, None])
def test_a_discovery_about_no_device_is_no_proof_that_it_is_gone(answer: object) -> None:
    with pytest.raises(CaptureFailed):
        answers.read_discovery(json.dumps(answer).encode())


# Errors


@given(st.integers(-10, 2000) | st.integers())
def test_every_code_means_something(code: int) -> None:
    error = as_error({"errorCode": code})
    assert isinstance(error, HardwareError) is (code != 0)
    if isinstance(error, CaptureFailed) and 0 < code < 1_000_000:
        assert error.detail == str(code)


@given(JSON)
@example([[[[[[{"errorCode": "111"}]]]]]])
def test_any_answer_has_an_error_or_none(answer: object) -> None:
    assert isinstance(as_error(answer), HardwareError | None)


@pytest.mark.parametrize("opening", ["[", '{"biometrics":[', '{"error":', '[{"error":[{"errorCode":'])
def test_however_deep_an_answer_is_it_has_an_end(opening: str) -> None:
    closing = {"[": "]", "{": "}"}
    for depth in (100, 400, 900):
        text = opening * depth + "0" + "".join(closing[c] for c in reversed(opening * depth) if c in closing)
        with pytest.raises(HardwareError):
            read_capture(text.encode(), INFO, ORDER, "t", Trust(()), NOW)


@pytest.mark.parametrize(
    "answer",
    [
        {"errorCode": "111", "errorInfo": "busy"},
        {"error": {"errorCode": "111"}},
        [{"error": {"errorCode": 111}}],
        {"biometrics": [{"specVersion": "", "data": "", "hash": "", "error": {"errorCode": "111"}}]},
    ],
)
def test_the_error_is_found_in_every_shape_it_comes_in(answer: object) -> None:
    assert isinstance(as_error(answer), DeviceBusy)


def test_success_is_no_error_and_a_strange_code_is_a_bad_answer() -> None:
    assert as_error({"error": {"errorCode": "0"}}) is None
    strange = as_error({"errorCode": "\x1b[2J"})
    assert isinstance(strange, CaptureFailed)
    assert strange.reason is FailReason.BAD_ANSWER
    assert "\x1b" not in str(strange)


@pytest.mark.parametrize("code", [106, 605, 705])
def test_a_missing_device_is_gone(code: int) -> None:
    assert isinstance(from_code(code), DeviceGone)


def test_a_device_for_single_fingers_does_not_fit() -> None:
    digital = jws.encode(json.dumps({"type": "Finger", "deviceSubType": "Single", "serialNo": "A\x1b[31m1"}).encode())
    facts = {"digitalId": digital, "purpose": "Registration", "deviceId": "9", "deviceStatus": "Ready"}
    body = json.dumps([{"deviceInfo": jws.encode(json.dumps(facts).encode())}]).encode()
    (info,) = answers.read_infos(body, (), NOW)
    assert not info.fits
    assert not info.proven
    assert info.serial == "A[31m1"  # what could move a terminal's cursor is gone
