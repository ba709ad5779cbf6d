"""The id of a review in an address."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from stop_search.errors import NotFound


def review_id_of(review_id: str) -> UUID:
    """Return the id in the address; one that cannot be an id is answered as one that is not there."""
    try:
        return UUID(review_id)
    except ValueError as error:
        message = "There is no such review."
        raise NotFound(message) from error


ReviewId = Annotated[UUID, Depends(review_id_of)]
