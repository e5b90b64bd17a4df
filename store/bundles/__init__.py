"""From the laptop to the office: what is new since the last bundle, signed, sealed, and acknowledged by a receipt."""
