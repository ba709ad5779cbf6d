"""A doorbell for tests: nobody comes, but who was rung for is remembered."""

import uuid


class RememberingDoorbell:
    """Real in every way but that no queue server hears it."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, uuid.UUID]] = []

    def ring(self, queue: str, job_id: uuid.UUID) -> None:
        """Remember."""
        self.rung.append((queue, job_id))
