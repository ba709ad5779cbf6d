"""Code lists as dated YAML, with their data.police.uk names and sources."""
