"""Plans, practice, follow-up dates: pure."""
