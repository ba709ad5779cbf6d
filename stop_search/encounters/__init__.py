"""A stop, its people and their receipts."""
