"""Evaluations as QA tools write them, one tool a file, chosen by content."""
