"""The processes: the API and pages, the worker, the command line."""
