"""The terminal: a thin file a verb."""
