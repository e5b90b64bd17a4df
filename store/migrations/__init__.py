"""One module for each value of PRAGMA user_version; each runs in one transaction."""
