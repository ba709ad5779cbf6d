"""Why feedback is on the list, in plain words: what `stop_search/feedback/triage.py` calls a sign."""

SIGN_WORDS = {
    "answer:respect": "Says: not treated with respect at all",
    "answer:fair": "Says: treated much worse than others",
    "answer:force": "Gave the worst answer about force",
    "answer:clothing": "Gave the worst answer about how the search was done",
    "answer:overall": "Says: treated very badly overall",
    "answer:impact": "Feels worse about the police than before",
    "answer:next": "Wants to make a complaint",
    "words:treatment": "Words about how they were treated",
    "words:fairness": "Words about unfair treatment",
    "words:force": "Words about force",
    "words:search": "Words about how they were searched",
    "words:complaint": "Words about complaining",
    "words:danger": "Words about danger to somebody",
    "language": "Not in English: the list of words cannot read it",
}


def signs_in_words(signs: tuple[str, ...]) -> tuple[str, ...]:
    """Return what each sign means; one without words is shown as it is, rather than not at all."""
    return tuple(SIGN_WORDS.get(sign, sign) for sign in signs)
