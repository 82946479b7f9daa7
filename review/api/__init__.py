"""The API under /api/v1, for programs with a token: the same operations as the pages, as JSON."""
