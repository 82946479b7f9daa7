"""What is learned or ranked: evidence, confidence, call type."""
