"""The browser: pages over the operations."""
