"""The clock: thin Prefect flows over the operations."""
