"""A believable, deterministic small force. Every person, place and stop in it is invented."""
