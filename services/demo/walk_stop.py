"""The walk's first steps: a device records a stop, the QR is read back from the paper, a person answers."""

import uuid
from datetime import UTC, datetime, timedelta

import httpx2
import pypdfium2
import zxingcpp

from services.demo.browser import Browser, OpenedPage
from services.demo.walk import API, StepFailed, Walk, answered, moment_on
from stop_search.demo.people import invented_people
from stop_search.draws.queries import draws_made
from stop_search.wording import london

DAYS_TO_LOOK_BACK = 400
QR_SCALE = 4  # 288 dots per inch
MOST_PAGES = 40

# As in the published files: a person and vehicle search for drugs, self-defined Black Caribbean, 10-17, nothing found; and a companion.
PEOPLE = [
    {
        "self_defined_ethnicity": "B1",
        "officer_perceived_ethnicity": "black",
        "gender": "male",
        "age_band": "10_17",
        "clothing_level": "outer_only",
        "force_used": ["compliant_handcuffs_front"],
        "outcome": "no_further_action",
        "safeguarding_considered": True,
        "referral_made": False,
    },
    {
        "self_defined_ethnicity": "NS",
        "ethnicity_not_stated_reason": "N4",
        "officer_perceived_ethnicity": "white",
        "gender": "male",
        "age_band": "18_24",
        "clothing_level": "outer_only",
        "outcome": "no_further_action",
    },
]


def record(walk: Walk) -> str:
    """Have a device post a stop with two people, twice: the second sending changes nothing."""
    walk.started_at = moment_on(_undrawn_day(walk, datetime.now(UTC)))
    body = {
        "kind": "person",
        "started_at": walk.started_at.isoformat(),
        "ended_at": (walk.started_at + timedelta(minutes=5)).isoformat(),
        "officer_number": officer_number(),
        "place": "Harbour Park, north gate",
        "power": "mda_s23",
        "object_of_search": "drugs",
        "grounds": "Seen to pass a small packet to another person, and to put it in a shoe when we came near.",
        "people": PEOPLE,
    }
    key = str(uuid.uuid4())
    first, again = (walk.device.post(f"{API}/encounters", json=body, headers={"Idempotency-Key": key}) for _ in range(2))
    made = answered(first, 201)
    if answered(again, 201, 200) != made:
        message = "the same request with the same key was answered differently"
        raise StepFailed(message)
    walk.reference = made["reference"]
    walk.receipt_links = [person["receipt"] for person in made["people"]]
    walk.codes = [link["code"] for link in walk.receipt_links]
    return f"{walk.reference}: {len(walk.codes)} people, {len(walk.codes)} receipts; sent twice, stored once"


def read_back(walk: Walk) -> str:
    """Fetch the receipt's A6 PDF and HTML page, and have an independent decoder read the QR from the rendered PDF."""
    link = walk.receipt_links[0]
    pdf = walk.device.get(link["forms"]["a6"])
    html = walk.device.get(link["forms"]["html"])
    if pdf.status_code != httpx2.codes.OK or html.status_code != httpx2.codes.OK or walk.codes[0] not in html.text:
        message = f"the PDF answered {pdf.status_code}, the page {html.status_code}"
        raise StepFailed(message)
    picture = pypdfium2.PdfDocument(pdf.content)[0].render(scale=QR_SCALE).to_numpy()
    found = [code.text for code in zxingcpp.read_barcodes(picture)]
    if [text.lower() for text in found] != [link["url"].lower()]:
        message = f"the decoder read {found}, the receipt says {link['url']}"
        raise StepFailed(message)
    walk.page_from_qr = found[0]
    return f"{len(pdf.content):,} byte PDF; zxing-cpp reads {found[0]}"


def answer(walk: Walk) -> str:
    """Open what the QR says, answer one question a page without JavaScript or cookies, and send twice."""
    person = Browser(walk.address)
    landing = person.open(walk.page_from_qr)
    page = person.open(f"{landing.links('/choose')[0].removesuffix('/choose')}/feedback")
    answered_questions = 0
    for _ in range(MOST_PAGES):
        form = page.form("/feedback")
        if not form.find(["input", "textarea"], attrs={"type": ["radio"]}) and not form.find("textarea"):
            break
        answered_questions += 1
        page = person.send(page, form, _choice(page))
    form = page.form("/feedback")
    thanks = person.send(page, form, {})
    words = _reply_words(thanks)
    if _reply_words(person.send(page, form, {})) != words:
        message = "sending the answers again gave another reply code"
        raise StepFailed(message)
    walk.reply_words = words
    return f"{answered_questions} questions answered; sent twice, stored once; reply code of {len(words.split())} words"


STEPS = (
    ("1 record a stop", record),
    ("1 print and read back", read_back),
    ("2 answer", answer),
)


def _undrawn_day(walk: Walk, now: datetime) -> datetime:
    """Return the newest day that is over and that no draw covers: no day is drawn twice, so each walk takes one of its own."""
    with walk.installation.reading() as session:
        drawn = [(line.period_start, line.period_end) for line in draws_made(session)]
    for back in range(1, 1 + DAYS_TO_LOOK_BACK):
        day = london(now) - timedelta(days=back)
        if not any(start <= day.date() <= end for start, end in drawn):
            return day.astimezone(UTC)
    message = f"every one of the last {DAYS_TO_LOOK_BACK} days has been drawn; start afresh with: make clean demo"
    raise StepFailed(message)


def officer_number() -> str:
    """Return the number of the officer who makes the walk's stop."""
    return next(person.officer_number for person in invented_people() if person.officer_number and person.officer_number.endswith("11"))


def _choice(page: OpenedPage) -> dict[str, str | list[str]]:
    """Choose the first answer of the question, and write a comment where there is room for one; about oneself, agree first."""
    agreed: dict[str, str | list[str]] = {"agree": "yes"} if page.soup.select_one("#agree") else {}
    if radio := page.soup.select_one("input[type=radio]"):
        return agreed | {str(radio["name"]): str(radio["value"])}
    return {str(room["name"]): "They told me why, and they let me ask questions." for room in page.soup.select("textarea")[:1]}


def _reply_words(page: OpenedPage) -> str:
    found = page.soup.select_one("#reply-code")
    if found is None:
        message = f"no reply code on the page {page.heading!r}"
        raise StepFailed(message)
    return found.get_text(" ", strip=True)
