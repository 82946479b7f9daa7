"""Ways of telling others that are no webhook: each makes of an event what the other side has a place for."""
