"""JSON for officers' devices and cameras."""
