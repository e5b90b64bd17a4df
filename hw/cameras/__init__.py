"""Cameras: webcams behind a video node, still cameras behind libgphoto2, services behind SBI; one live picture for all.

`mjpeg` is pure functions over bytes, `video_node` and `dslr_process` block and are kept off the event loop, `v4l2`,
`dslr` and `sbi_camera` are the drivers.
"""
