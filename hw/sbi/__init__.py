"""Slap scanner, iris scanner and camera behind MOSIP's Secure Biometric Interface (SBI) on loopback HTTP.

`codec`, `stream` and `jws` are pure functions over bytes, `transport` moves them, `scanners` and `hw.camera` give
them their meaning, `discovery` finds the services.
"""
