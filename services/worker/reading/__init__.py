"""Reading released comments: which themes a text may be about. It suggests, and decides nothing."""
