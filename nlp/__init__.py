"""Text to facts: calls, readers, utterances, the encoder, cues, talk-over."""

import os

# Before anything loads torch: threads that wait by spinning take the cores from what they wait for (decision 0030).
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
