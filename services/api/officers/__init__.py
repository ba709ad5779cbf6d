"""Pages for officers: record a stop by hand."""
