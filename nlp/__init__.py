"""Text to facts: calls, readers, utterances, the encoder, cues, talk-over."""
