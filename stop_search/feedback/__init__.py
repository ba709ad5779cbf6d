"""What a member of the public answers, joined to a receipt and to nothing else."""
