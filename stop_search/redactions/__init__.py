"""What of a recording is covered before anybody outside the force sees it, the copy that is made, and who let it out."""
