"""Two people who amended one record: what the slower one did not touch becomes what is newer, what was typed stays."""

from dataclasses import dataclass

from services.api.officers.stop_form import typed_again
from services.api.officers.typed import TypedStop
from stop_search.encounters.rules import NewEncounter

NOT_OF_THE_RECORD = frozenset({"csrf", "do", "submission", "version", "reason", "people", "only_missing"})


@dataclass(frozen=True)
class Merged:
    """The form as it is shown again; `both`: the fields that both changed, where what was typed would replace what is newer."""

    typed: TypedStop
    both: tuple[str, ...]


def merged(typed: TypedStop, *, opened: NewEncounter, newest: NewEncounter) -> Merged:
    """Return the form that was typed over `opened`, made one over `newest`. People whom both added stand one after the other."""
    typed = typed.with_room_before(len(opened.people), len(newest.people) - len(opened.people))
    then, now = typed_again(opened), typed_again(newest)
    values, both = dict(typed.values), list[str]()
    for name in dict.fromkeys((*now.values, *then.values, *typed.values)):
        if name in NOT_OF_THE_RECORD:
            continue
        if typed.said(name) == then.said(name):
            values[name] = now.all_of(name)
        elif then.said(name) != now.said(name) != typed.said(name):
            both.append(name)
    return Merged(TypedStop(values, max(typed.people, len(newest.people))), tuple(both))
