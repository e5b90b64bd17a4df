"""The fallback fingerprint sensor ZFM-20, R30x or AS608 on a serial line: one finger at a time, verification only."""
