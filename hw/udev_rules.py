"""udev's rules for the devices of the table: groups instead of the seat's access lists, which do nothing over SSH.

`packaging/udev/70-rekam17.rules` is `rules()`; `rekam17 devices --rules` adds what the site's file names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hw.recognition import NO_SITE, Site, UsbEntry, usb_table

GROUP = "rekam17"

_HEAD = f"""\
# Devices of the capture kit that only root, or too many, may open otherwise. Officers log in over SSH, so the access
# lists of the seat do not help; the installer puts them into these groups: {GROUP}, video, lp, dialout.
# Made from hw/recognition.toml: rekam17 devices --rules
"""
_CLASSES = f"""
# Pens: the group input would open every keyboard too
SUBSYSTEM=="input", KERNEL=="event*", ENV{{ID_INPUT_TABLET}}=="1", GROUP="{GROUP}", MODE="0660"

# Still cameras, driven by the program itself
SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", ENV{{ID_USB_INTERFACES}}=="*:060101:*", GROUP="{GROUP}", MODE="0660"
"""
_WACOM = "056a"
_TURNED_AWAY = """
# The kernel's wacom driver claims whatever Wacom makes, turns STU pads away because it does not know them, and leaves
# them without a node: hid-generic keeps out of what another driver claims. hid-ezkey, which does nothing of its own, is
# told of their ids and takes them, now and at each plugging in. Pen tablets stay with wacom: it is not blacklisted.
"""
_TAKEN_OVER = (
    'ACTION=="add", SUBSYSTEM=="hid", ENV{{HID_ID}}=="0003:0000{vendor}:0000{product}", '
    'RUN{{builtin}}+="kmod load hid-ezkey", '
    """RUN+="/bin/sh -c 'echo 0003 {vendor} {product} >/sys/bus/hid/drivers/ezkey/new_id'"\n"""
)
_SECTIONS = {
    "stu": ("Signature pads read through hidraw", 'SUBSYSTEM=="hidraw", {ids}, GROUP="{group}", MODE="0660"', "ATTRS"),
    "sbi": (
        "Scanners, opened by their vendor's SBI service",
        'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {ids}, GROUP="{group}", MODE="0660"',
        "ATTR",
    ),
    "serial": (
        "Serial adapters: ModemManager would write modem commands to whatever sensor hangs behind them",
        'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {ids}, ENV{{ID_MM_DEVICE_IGNORE}}="1"',
        "ATTR",
    ),
}


def rules(site: Site = NO_SITE) -> str:
    """Write the rules for a site's table and the program's; devices by serial or port have those of their kind."""
    entries = (*site.usb, *usb_table())
    parts = [_HEAD]
    for driver, (title, form, attribute) in _SECTIONS.items():
        lines = [form.format(ids=_ids(one, attribute), group=GROUP) for one in entries if one.device.driver == driver]
        parts.append(f"\n# {title}\n" + "".join(f"{line}\n" for line in lines))
    return "".join((*parts, _TURNED_AWAY, *_taken_over(entries), _CLASSES))


def _taken_over(entries: Iterable[UsbEntry]) -> Iterator[str]:
    """Write the line for each signature pad that the kernel's wacom driver turns away."""
    for entry in entries:
        if entry.device.driver == "stu" and entry.vendor == _WACOM:
            for product in entry.products:
                yield _TAKEN_OVER.format(vendor=entry.vendor.upper(), product=product.upper())


def _ids(entry: UsbEntry, attribute: str) -> str:
    products = "|".join(entry.products) or "*"
    return f'{attribute}{{idVendor}}=="{entry.vendor}", {attribute}{{idProduct}}=="{products}"'
