"""What is private in a turn: recognisers of our own, and presidio's engine that runs them with its own."""
