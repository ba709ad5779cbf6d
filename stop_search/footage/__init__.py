"""Recordings, what was extracted from them, holds and retention."""
