"""Pages for supervisors: queue, player, rubric."""
