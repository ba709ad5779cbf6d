"""Pages for community panels."""
