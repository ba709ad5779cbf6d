"""Pages for the learning team: themes, results, draws."""
