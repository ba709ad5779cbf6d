"""Setting the demo up in a data folder: its own secret and address, the newest tables, the invented force and its recordings."""

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from services.demo.clips import looped, made_clips, marked_copy, real_clips, small_clip
from services.worker.video.programs import media_programs
from stop_search.database.migrating import migrate
from stop_search.demo.filling import Keys, draw_and_review, fill_people_and_stops, is_filled
from stop_search.demo.history import fill_learning, fill_week, learners, weeks_to_fill
from stop_search.demo.letters import demo_key_path, fill_letters
from stop_search.demo.panels import fill_panels, redact_further, redact_some
from stop_search.demo.people import invented_people
from stop_search.demo.public_words import fill_public_words
from stop_search.demo.stops import filmed_stops
from stop_search.encounters.receipt_codes import KEY_USE as RECEIPT_KEY_USE
from stop_search.feedback.personal_details.masking import masked
from stop_search.feedback.reply_codes import REPLY_KEY_USE
from stop_search.feedback.sealed_text import TEXT_KEY_USE
from stop_search.footage.originals import store_original
from stop_search.footage.oversight import footage_counts
from stop_search.footage.rules import FootageState
from stop_search.force import read_force
from stop_search.installation import Installation, open_installation
from stop_search.learning.doing_queries import actions_listed
from stop_search.learning.kept_months import forget_all_months
from stop_search.panels.meeting_queries import meetings_of
from stop_search.settings import KEPT_ENVIRONMENT, PREFIX, read_settings
from stop_search.wording import london

REDACTED_WITHIN_SECONDS = 300
Tell = Callable[[str], None]
Told = Callable[[int, int], None]  # how many weeks are there, of how many


def prepare(data_folder: Path, port: int, *, keep_address: bool = False) -> Installation:
    """Write the demo's own settings, bring the tables up to date, and return the opened installation.

    The secret that was made once stays, and so does the address if `keep_address` is set. What the environment says already
    (another database, queue or storage) goes before all of it.
    """
    data_folder.mkdir(parents=True, exist_ok=True)
    kept = data_folder / KEPT_ENVIRONMENT
    secret = _kept_secret(kept) or secrets.token_urlsafe(48)
    if not (keep_address and kept.exists()):
        kept.touch(mode=0o600)
        kept.write_text(
            "# Made by `stop-search demo`, for the demo alone: commands typed beside it find its settings here.\n"
            f"{PREFIX}SECRET_KEY={secret}\n"
            f"{PREFIX}PUBLIC_URL=http://127.0.0.1:{port}\n"
            f"{PREFIX}DEMO=true\n",
            encoding="utf-8",
        )
    installation = open_installation(read_settings())
    migrate(installation.database)
    return installation


def fill(installation: Installation, tell: Tell) -> None:
    """Put the invented people, their stops, recordings and letters into an empty installation; what is there stays as it is."""
    with installation.reading() as session:
        known = is_filled(session)
    if not known:
        _fill_people_and_stops(installation, tell)
    with installation.writing() as session:
        letters = fill_letters(session, data_folder=installation.settings.data_folder, now=datetime.now(UTC))
    if letters:
        tell(f"{letters} letters sent. The key that opens them: {demo_key_path(installation.settings.data_folder)}")


def _fill_people_and_stops(installation: Installation, tell: Tell) -> None:
    tell("Making recordings: real ones from a package, and test pictures of known length …")
    originals = [store_original(installation.storage, path) for path in _one_recording_each(installation)]
    own = [store_original(installation.storage, path) for path in _one_for_each_filmed(installation, london(datetime.now(UTC)).date())]
    tell("Recording the stops of six invented weeks, each with its receipts …")
    keys = _keys(installation)
    with installation.writing() as session:
        force = read_force(installation.settings.force)
        stops = fill_people_and_stops(session, force=force, keys=keys, originals=originals, own=own, now=datetime.now(UTC))
        fill_public_words(session, force=force, keys=keys, now=datetime.now(UTC))
    tell(f"{stops} stops recorded.")


def waiting_recordings(installation: Installation) -> int:
    """Return how many recordings the worker has not examined yet."""
    with installation.reading() as session:
        return footage_counts(session).get(FootageState.RECEIVED, 0)


def review(installation: Installation, tell: Tell) -> None:
    """Draw the sample and hand in most of its reviews, once the recordings are examined; done before, nothing happens."""
    with installation.writing() as session:
        handed_in = draw_and_review(session, force=read_force(installation.settings.force), now=datetime.now(UTC))
    if handed_in:
        tell(f"A sample was drawn, and {handed_in} reviews were handed in.")


def add_history(installation: Installation, told: Told) -> None:
    """Add the half-year before the newest weeks, a week at a time; what is there stays as it is."""
    force, keys = read_force(installation.settings.force), _keys(installation)
    with installation.reading() as session:
        weeks = weeks_to_fill(session, now=datetime.now(UTC))
    for done, first in enumerate(weeks, start=1):
        with installation.writing() as session:
            fill_week(session, first=first, force=force, keys=keys, now=datetime.now(UTC))
        told(done, len(weeks))


def learn(installation: Installation) -> None:
    """Have the learning team learn from the half-year and the newest weeks, once both are there; done before, nothing happens."""
    force, keys = read_force(installation.settings.force), _keys(installation)
    with installation.writing() as session:
        if actions_listed(session):
            return
        fill_learning(session, force=force, keys=keys, now=datetime.now(UTC))
        forget_all_months(session)  # the worker counted months that had nothing in them yet


def add_panels(installation: Installation) -> None:
    """Have some footage redacted for the invented panel, and the panel meet; whoever waits goes on once the worker has done its part."""
    with installation.writing() as session:
        editor, checker = learners(session)
        waiting = set() if meetings_of(session, viewer=editor) else set(redact_some(session, editor=editor, now=datetime.now(UTC)))
    deadline = time.monotonic() + REDACTED_WITHIN_SECONDS
    while waiting and time.monotonic() < deadline:
        time.sleep(0.5)
        with installation.writing() as session:
            told = {"editor": editor, "checker": checker, "now": datetime.now(UTC)}
            waiting -= {one for one in waiting if redact_further(session, redaction_id=one, **told)}
    with installation.writing() as session:
        fill_panels(session, team=editor, other=checker, mask=masked, now=datetime.now(UTC))


def _keys(installation: Installation) -> Keys:
    return Keys(
        receipt=installation.key_for(RECEIPT_KEY_USE),
        reply=installation.key_for(REPLY_KEY_USE),
        text=installation.key_for(TEXT_KEY_USE),
    )


def _kept_secret(kept: Path) -> str | None:
    if not kept.exists():
        return None
    lines = kept.read_text(encoding="utf-8").splitlines()
    return next((line.partition("=")[2] for line in lines if line.startswith(f"{PREFIX}SECRET_KEY=")), None)


def _one_recording_each(installation: Installation) -> Iterator[Path]:
    """Yield a recording of its own for each officer: copies that differ only in a comment, so that their bytes differ."""
    program = ffmpeg_of(installation)
    folder = installation.settings.data_folder / "demo-clips"
    clips = [*real_clips(), *made_clips(folder, program)]
    officers = [str(person.officer_number) for person in invented_people() if person.officer_number]
    for position, number in enumerate(officers):
        yield marked_copy(clips[position % len(clips)].path, folder / f"camera-{number}.mp4", f"camera {number}", program)


def _one_for_each_filmed(installation: Installation, today: date) -> Iterator[Path]:
    """Yield a recording as long as its stop for each of `filmed_stops`: a real clip over and over."""
    program = ffmpeg_of(installation)
    folder = installation.settings.data_folder / "demo-clips"
    clips = [small_clip(clip.path, folder, program) for clip in real_clips()]
    for position, filmed in enumerate(filmed_stops(today)):
        name = f"stop-{filmed.stop.encounter.started_at:%Y%m%d-%H%M}-{filmed.stop.encounter.officer_number}.mp4"
        yield looped(clips[position % len(clips)], folder / name, filmed.length_seconds, program)


def ffmpeg_of(installation: Installation) -> str:
    """Return the path of the ffmpeg that this installation uses."""
    settings = installation.settings
    return str(media_programs(ffmpeg=settings.ffmpeg, ffprobe=settings.ffprobe).ffmpeg)
