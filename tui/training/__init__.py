"""Throw-away schools, officers and files for training, the rehearsal and the tests: all people are invented."""
