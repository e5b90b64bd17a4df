"""Slap scanner, iris scanner and camera behind MOSIP's Secure Biometric Interface (SBI) on loopback HTTP.

`codec`, `stream` and `jws` are pure functions over bytes, `transport` moves them, `scanners` and
`hw.cameras.sbi_camera` give them their meaning, `discovery` finds the services.
"""
