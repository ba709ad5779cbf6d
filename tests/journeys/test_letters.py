"""A letter sealed by the server is opened in a real browser, with a key that never leaves it; the pages fit and break no rule."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stop_search.accounts.rules import Role
from stop_search.installation import Installation
from stop_search.letters.dealing import add_note
from stop_search.letters.rules import LetterKind
from stop_search.letters.sealing import make_key_pair
from tests.support import builders as a
from tests.support import hpke_vector as vector
from tests.support.chromium import chromium, live_site
from tests.support.letters import CANARY, COMPLAINT, a_letter, a_reader, key_pair
from tests.support.running import signed_in_page

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}}
WINDOWS = {"desk": (1366, 768), "phone": (360, 740), "narrow": (320, 640)}
OPENS_THE_VECTOR = """async ([jwk, sealed, info, aad]) => {
  const { importKey, open } = await import("/static/complaints/hpke.js");
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const plain = await open(await importKey(jwk), bytes(sealed), bytes(info), bytes(aad), { id: 1, bytes: 16 });
  return Array.from(plain, (byte) => byte.toString(16).padStart(2, "0")).join("");
}"""


def test_the_browsers_module_opens_the_vector_of_rfc_9180(installation: Installation) -> None:
    jwk = _jwk(vector.SECRET_KEY, vector.PUBLIC_KEY)
    with live_site(installation) as address, chromium() as browser:
        page = browser.new_context().new_page()
        page.goto(f"{address}/r")
        opened = page.evaluate(OPENS_THE_VECTOR, [jwk, vector.ENC + vector.CIPHERTEXT, vector.INFO, vector.AAD])
        assert opened == vector.PLAINTEXT
        spoilt = vector.CIPHERTEXT[:-1] + ("5" if vector.CIPHERTEXT[-1] == "4" else "4")
        with pytest.raises(Exception, match="does not open this letter"):
            page.evaluate(OPENS_THE_VECTOR, [jwk, vector.ENC + spoilt, vector.INFO, vector.AAD])


def test_a_letter_and_its_notes_are_opened_in_the_browser_and_the_key_stays_there(installation: Installation, tmp_path: Path) -> None:
    hostile = COMPLAINT | {"what_happened": "<img src=x onerror=alert(1)>\nThey shouted.", "more_to_say": ["One", "Two"], "again": True}
    with installation.writing() as session:
        letter = a_letter(session, body=hostile)
        reference = letter.reference
        add_note(session, reference=reference, text="Rang.\nNobody there.", viewer=a_reader(session), now=datetime.now(UTC))
    right, wrong = tmp_path / "key.json", tmp_path / "other.json"
    right.write_text(key_pair().key_file)
    wrong.write_text(make_key_pair(datetime.now(UTC).date()).key_file)
    sent: list[str] = []
    with live_site(installation) as address, chromium() as browser:
        page = signed_in_page(browser.new_context(), address, installation, Role.COMPLAINTS_HANDLER)
        page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
        page.goto(f"{address}/complaints/{reference}")
        page.check("text=To answer it or to reach the person")
        page.click("button:has-text('Open it')")
        page.click("button:has-text('Open the letter')")
        page.wait_for_selector("text=Choose your key file first.")
        page.set_input_files("#key-file", str(wrong))
        page.click("button:has-text('Open the letter')")
        page.wait_for_selector("text=This part is sealed to another key")
        assert CANARY not in page.inner_text("main")
        page.set_input_files("#key-file", str(right))
        page.click("button:has-text('Open the letter')")
        page.wait_for_selector("#opened section:nth-of-type(2)")
        shown = page.inner_text("#opened")
        for words in (CANARY, "<img src=x onerror=alert(1)>\nThey shouted.", "More to say\tOne\nTwo", "Again\tYes", "Rang.\nNobody there."):
            assert words in shown
        assert shown.index("What happened") < shown.index("Name") < shown.index("More to say")
        assert page.locator("#opened img").count() == 0
        with page.expect_download() as taken:
            page.click("button:has-text('Download it sealed')")
        assert taken.value.suggested_filename == f"{reference}.sealed.json"
    secret = json.loads(key_pair().key_file)["key"]["d"]
    assert len(sent) > 5
    assert not any(secret in each or CANARY.split()[0] in each for each in sent)


def test_the_pages_break_no_accessibility_rule_and_fit_every_window(installation: Installation, tmp_path: Path) -> None:
    from axe_playwright_python.sync_playwright import Axe

    references = _some_letters(installation)
    key = tmp_path / "key.json"
    key.write_text(key_pair().key_file)
    complaints: list[str] = []
    with live_site(installation) as address, chromium() as browser:
        page = signed_in_page(browser.new_context(), address, installation, Role.COMPLAINTS_HANDLER)
        page.on("console", lambda message: complaints.append(f"console: {message.text}"))
        complaint, claim = references
        pages = ["", "/closed", f"/{complaint}", f"/{complaint}?why=answering", f"/{claim}?why=finding_the_stop", f"/{complaint}/close"]
        for path in [*(f"/complaints{each}" for each in pages), "/sign-in/confirm?next=/complaints"]:
            page.goto(address + path)
            if "answering" in path:
                page.set_input_files("#key-file", str(key))
                page.click("button:has-text('Open the letter')")
                page.wait_for_selector("#opened section")
            complaints += _faults(page, path, Axe())
        page.goto(f"{address}/complaints/{claim}?why=finding_the_stop")
        page.fill("#place", "Castle Park")
        page.fill("#day", (datetime.now(UTC) - timedelta(days=2)).date().isoformat())
        page.click("button:has-text('Look for it')")
        page.wait_for_selector("text=It is this one")
        complaints += _faults(page, "stops", Axe())
    assert complaints == []


def _some_letters(installation: Installation) -> tuple[str, str]:
    now = datetime.now(UTC)
    with installation.writing() as session:
        encounter = a.an_encounter(session, started_at=now - timedelta(days=2), officer=a.an_officer(session, number="2044"))
        complaint = a_letter(session, encounter=encounter, answer_due_on=now.date() - timedelta(days=1)).reference
        claim = a_letter(session, kind=LetterKind.STOP_WITHOUT_RECEIPT).reference
        closer = a.an_account(session, role=Role.COMPLAINTS_HANDLER)
        closed = {"state": "closed", "disposition": "invited", "closed_by": closer.id, "closed_on": now.date()}
        a_letter(session, kind=LetterKind.PANEL_INTEREST, **closed)
    return complaint, claim


def _faults(page: Any, path: str, axe: Any) -> list[str]:
    found: list[str] = []
    for name, (width, height) in WINDOWS.items():
        page.set_viewport_size({"width": width, "height": height})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is {over} px too wide for a {name}"] if over > 0 else []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        violations = axe.run(page, options=RULES).response["violations"]
        found += [f"{path}, {scheme}: {rule['id']}: {rule['nodes'][0]['html'][:160]}" for rule in violations]
    return found


def _jwk(secret: str, public: str) -> dict[str, str]:
    import base64

    def encoded(digits: str) -> str:
        return base64.urlsafe_b64encode(bytes.fromhex(digits)).rstrip(b"=").decode()

    return {"kty": "EC", "crv": "P-256", "d": encoded(secret), "x": encoded(public[2:66]), "y": encoded(public[66:])}
