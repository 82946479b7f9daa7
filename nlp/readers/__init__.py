"""Readers of transcripts, one format a file."""
