"""The worker: takes jobs from the queue, examines footage, keeps the house."""
