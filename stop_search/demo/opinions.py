"""What the invented supervisors mark and the invented public answers, coloured by how well a stop was done. Pure."""

import random
from dataclasses import replace

from stop_search.feedback.forms import Form, Question
from stop_search.reviews.rules import Criterion, ItemAnswer, MarkGiven, MarkKind, Rubric

NOTES = {
    3: "Invented note: done with care, at the start of the footage.",
    2: "Invented note: in order, nothing adverse seen.",
    1: "Invented note: rushed, and cut short.",
    0: "Invented note: missing altogether.",
}
COMMENTS = {  # what people write, and the themes that a careful reader ticks for it
    "He told me why and let me ask questions. That helped.": ("good_explanation", "calm_and_care"),
    "It was in front of everybody at the bus stop.": ("search_in_public_view",),
    "Nobody told me what they were looking for until the end.": ("gowisely_partial_or_late",),
    "She was polite and it was over quickly.": ("calm_and_care",),
    "I felt they had made up their minds before we spoke.": ("singled_out",),
    "They said I smelled of weed. I do not smoke.": ("grounds_on_area_or_record",),
    "Handcuffs straight away, I was not even moving.": ("early_handcuffs",),
    "Six of them for one person, people were staring.": ("too_many_officers", "search_in_public_view"),
    "He would not say his name when I asked.": ("identity_refused",),
    "Explained every step and gave me the paper with the code.": ("good_explanation",),
    "He laughed at me in front of my mates.": ("disrespect", "search_in_public_view"),
    "I never got a receipt until I asked twice.": ("receipt_trouble",),
}
ANSWER_SHARE = 0.85
COMMENT_SHARE = 0.4
MEETS_STANDARD, GOOD_PRACTICE = 2, 3
COMMENDED = {"C3": "explained_rights_well", "C6": "privacy_protected", "C8": "de_escalated"}
SAID_ANYWAY, NOTHING_BEARS, POOR_SOUND, OFF_HAND = 0.5, 0.5, 0.06, 0.08  # shares
HARSHER = 0.08
READERS_DIFFER = 0.12
LEVEL_EDGES = (0.22, 0.45, 0.8)  # care below each edge: level 0, 1, 2; above the last: 3


def invented_marks(chance: random.Random, rubric: Rubric, care: float, facts: frozenset[str]) -> dict[str, MarkGiven]:
    """Return one mark per criterion of the rubric; `facts` are the record's, which rule some answers out."""
    return {criterion.id: _mark(chance, criterion, _level(chance, care), facts) for criterion in rubric.criteria}


def moved(chance: random.Random, mark: MarkGiven) -> MarkGiven:
    """Return a mark as another reader might give it: mostly the same, sometimes a level up or down."""
    if mark.level is None or chance.random() >= READERS_DIFFER:
        return mark
    level = min(GOOD_PRACTICE, max(0, mark.level + chance.choice((-1, 1))))
    return replace(mark, level=level, evidence=NOTES[level])


def invented_themes(chance: random.Random, marks: dict[str, MarkGiven], keys: list[str]) -> frozenset[str]:
    """Return the themes picked: the worse the marks, the more of them."""
    poor = sum(1 for mark in marks.values() if mark.level in {0, 1})
    return frozenset(chance.sample(keys, k=min(len(keys), (poor + 1) // 2)))


def invented_flags(marks: dict[str, MarkGiven]) -> frozenset[str]:
    """Return the commendations of what was good practice in these marks."""
    return frozenset(flag for criterion, flag in COMMENDED.items() if criterion in marks and marks[criterion].level == GOOD_PRACTICE)


def invented_answers(chance: random.Random, form: Form, care: float) -> tuple[dict[str, str], str | None]:
    """Return a person's answers by question id, some skipped, and sometimes a comment."""
    answers = {
        question.id: _answer(chance, question, care)
        for question in form.questions
        if not question.is_text and question.id not in {"who", "next"} and chance.random() < ANSWER_SHARE
    }
    answers.setdefault("overall", _answer(chance, next(q for q in form.questions if q.id == "overall"), care))
    return answers, chance.choice(tuple(COMMENTS)) if chance.random() < COMMENT_SHARE else None


def _mark(chance: random.Random, criterion: Criterion, level: int, facts: frozenset[str]) -> MarkGiven:
    excused = next((reason for reason in criterion.not_applicable if reason.contradicted_by and not reason.contradicted_by & facts), None)
    if excused is not None:
        return MarkGiven(kind=MarkKind.NOT_APPLICABLE, reason=excused.id)
    unseen = next((reason for reason in criterion.not_observable if reason.id in {"nothing_bears_on_it", "poor_audio"}), None)
    if unseen is not None and chance.random() < (NOTHING_BEARS if unseen.id == "nothing_bears_on_it" else POOR_SOUND):
        return MarkGiven(kind=MarkKind.NOT_OBSERVABLE, reason=unseen.id)
    items = {item.id: _heard(chance, level) for item in criterion.items}
    return MarkGiven(kind=MarkKind.SCORED, level=level, evidence=NOTES[level], items=items)


def _heard(chance: random.Random, level: int) -> ItemAnswer:
    return ItemAnswer.SAID if level >= MEETS_STANDARD or chance.random() < SAID_ANYWAY else ItemAnswer.NOT_SAID


def _level(chance: random.Random, care: float) -> int:
    felt = care + chance.gauss(0, 0.15)
    return sum(felt > edge for edge in LEVEL_EDGES)


def _answer(chance: random.Random, question: Question, care: float) -> str:
    """Return the answer whose level is nearest to what was felt: people stopped judge a little more harshly than reviewers."""
    levelled = [answer for answer in question.answers if answer.level is not None]
    if not levelled or chance.random() < OFF_HAND:
        return chance.choice(question.answers).key
    felt = _level(chance, care - HARSHER)
    return min(levelled, key=lambda answer: abs((answer.level or 0) - felt)).key
