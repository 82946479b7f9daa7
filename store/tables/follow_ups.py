"""The tables of the loop: follow-ups, movements, practice done."""
