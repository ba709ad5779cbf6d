"""The domain: encounters, receipts, footage, feedback, draws, reviews and learning; it knows no web framework."""
