"""Receipts as people hold them: content, QR and print. Draws; stores nothing."""
