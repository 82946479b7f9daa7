"""What the system does, a file a verb: no Prefect, no web, no terminal, no clock of its own."""
