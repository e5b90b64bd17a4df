"""The papers that office and school sign; always in Indonesian."""
