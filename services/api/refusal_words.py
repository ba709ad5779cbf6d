"""The words on pages for why a drawn stop was not reviewed: the codes of refusals, ranks, and of missing footage."""

from stop_search.accounts.rules import Rank
from stop_search.codes.lists import code_list
from stop_search.draws.rules import RefusalReason
from stop_search.reviews.ending import ERASED, NOT_PLAYABLE, NOT_RECEIVED

REFUSED_BECAUSE = {
    RefusalReason.CRIMINAL_PROCEEDINGS: "A criminal case on it is open, and the court or the prosecutor must see it first",
    RefusalReason.MISCONDUCT_PROCEEDINGS: "A misconduct case on it is open",
    RefusalReason.COVERT_POLICING: "It shows covert policing",
    RefusalReason.PROTECTED_PERSON: "It shows a protected person, such as a witness in hiding",
    RefusalReason.COURT_ORDER: "A court has forbidden it",
    RefusalReason.RECORDED_IN_ERROR: "It is not a stop and search: it was recorded in error",
}
_NO_FOOTAGE = {
    NOT_RECEIVED: "No recording arrived, and nobody said why",
    ERASED: "The recordings were erased before the review",
    NOT_PLAYABLE: "The recordings cannot be played",
}


def rank_words(rank: Rank | str) -> str:
    """Return a rank as people say it: "chief inspector"."""
    return str(rank).replace("_", " ")


def ending_words(reason: str) -> str:
    """Return why a drawn stop has no review, from the code in its line; a code that is not known any more is told as it is."""
    if reason in set(RefusalReason):
        return REFUSED_BECAUSE[RefusalReason(reason)]
    known = {entry.key: entry.label for entry in code_list("footage_absence_reason").entries}
    return _NO_FOOTAGE.get(reason) or known.get(reason) or reason
