"""What can be seen in text without a rubric, one a file."""
