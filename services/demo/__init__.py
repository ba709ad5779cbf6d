"""`stop-search demo`: an invented force on a running site, and the walk through the whole chain by HTTP."""
