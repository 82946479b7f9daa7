"""Settings and wiring: the one place where real things are plugged in."""
