"""What is known: pupils, checks, recordings, cards and stock, encrypted in one file."""
