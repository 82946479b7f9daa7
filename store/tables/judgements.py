"""The tables of judging: what a person decided about a piece of evidence, beside what the machine picked."""
