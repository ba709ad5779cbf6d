"""What reviews and feedback say together: themes, counts and intervals."""
