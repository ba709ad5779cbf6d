"""Rubric, assignment and marks."""
