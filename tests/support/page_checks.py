"""What can be wrong with a page of the public in any language: foreign words, braces left, too wide, too small, the wrong way round."""

import re
from functools import cache
from typing import Any

from services.api.site_words import ENGLISH, site_words
from stop_search.feedback.forms import forms
from tests.support.words import sentences

PLACEHOLDER = re.compile(r"\{\w+\}|\]\(\w+\)|\*\*")
MARKUP = re.compile(r"\{\w+\}|\[|\]\(\w+\)|\*\*")
ENGLISH_PREFIX = "Error:"
SHORTEST = 3  # words of a piece of a sentence that only English can have
TELLTALE = re.compile(r"\b(the|your|you|they|with|have|this|was|were|what|not|from|that)\b", re.IGNORECASE)
NAMES = (  # what keeps its English name, or is said in English on purpose, in every language
    "Independent Office for Police Conduct (IOPC)",
    "Information Commissioner\N{RIGHT SINGLE QUOTATION MARK}s Office (ICO)",
    "Web Content Accessibility Guidelines version 2.2",
    "Web Content Accessibility Guidelines",
    "Please say that again",
    "Can I go?",
)

# Read in one go: what the page says outside names and English words that are marked as such, and how it is set.
READ = r"""
() => {
  const root = document.documentElement, broken = [], rtl = root.dir === "rtl";
  const seen = (e) => e.checkVisibility && e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length;
  const words = (e) => (e.innerText || e.value || "").trim().slice(0, 30);
  const wide = root.scrollWidth - root.clientWidth;
  if (wide > 0) broken.push(`${wide} px too wide`);
  const targets = [...document.querySelectorAll("button, summary, input:not([type=hidden]), textarea, a.govuk-button")]
    .filter((e) => seen(e) && !e.matches(".site-unseen, .govuk-skip-link, .govuk-radios--small input"));
  const boxes = targets.map((e) => [e, e.getBoundingClientRect()]);
  for (const [e, box] of boxes)
    if (box.height < 43.5 || box.width < 43.5)
      broken.push(`${e.tagName} "${words(e)}" is ${Math.round(box.width)} x ${Math.round(box.height)} px`);
  boxes.forEach(([a, one], i) => boxes.slice(i + 1).forEach(([b, other]) => {
    const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
    const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
    const apart = !a.closest(".site-exit") === !b.closest(".site-exit");  // the row of the exit stays above what scrolls
    if (apart && across > 1 && down > 1) broken.push(`"${words(a)}" lies on "${words(b)}"`);
  }));
  for (const e of document.querySelectorAll("main *, header *, aside *, footer *"))
    if (seen(e) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 1 && !e.closest(".site-scroll, textarea")
      && getComputedStyle(e).overflowX !== "visible")
      broken.push(`cut off: "${words(e)}"`);
  const row = document.querySelector(".site-exit__row"), exit = row && row.querySelector("[data-quick-exit]");
  if (exit) {
    const outer = row.getBoundingClientRect(), inner = exit.getBoundingClientRect();
    if (Math.abs(rtl ? outer.right - inner.right : inner.left - outer.left) > 1) broken.push("the exit is not where lines begin");
    const choice = row.querySelector("details > summary, button");
    if (choice && choice.getBoundingClientRect().top < inner.bottom - 5) {
      const other = choice.getBoundingClientRect();
      if (rtl ? other.right > inner.left : other.left < inner.right) broken.push("the languages are not at the other side of the exit");
    }
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = document.createRange();
  for (let node; (node = texts.nextNode());)
    if (seen(node.parentElement))
      for (const number of node.data.matchAll(/\d{2,}(?:[ \u00a0]\d{2,})+/g)) {
        const parts = [...number[0].matchAll(/\d+/g)].map((part) => {
          range.setStart(node, number.index + part.index);
          range.setEnd(node, number.index + part.index + part[0].length);
          return range.getBoundingClientRect();
        });
        parts.slice(1).forEach((box, i) => {
          if (box.top < parts[i].bottom - 3 && box.left < parts[i].right - 1) broken.push(`the groups of ${number[0]} change places`);
        });
      }
  const copy = document.body.cloneNode(true);
  for (const e of copy.querySelectorAll("script, bdi, textarea, [lang]")) if (e.lang !== root.lang) e.remove();  // bdi: what a person typed
  const attributes = [...copy.querySelectorAll("[aria-label], [alt], [data-lost], [title]")]
    .flatMap((e) => ["aria-label", "alt", "data-lost", "data-busy", "title"].map((name) => e.getAttribute(name) || ""));
  const text = [...copy.querySelectorAll("*")].flatMap((e) => [...e.childNodes]).filter((n) => n.nodeType === 3).map((n) => n.data);
  return { lang: root.lang, dir: root.dir, broken, text: [document.title, ...text, ...attributes].join("\n") };
}
"""


def problems_of(page: Any, *, language: str) -> list[str]:
    """Return what is wrong with the page that is open, which should be in this language."""
    read = page.evaluate(READ)
    found = list(read["broken"])
    wanted = (language, site_words(language).direction)
    if (read["lang"], read["dir"]) != wanted:
        found.append(f"lang and dir are {read['lang']} and {read['dir']}")
    if page.locator("h1").count() != 1:
        found.append("not one h1")
    if ENGLISH_PREFIX in read["text"] and site_words(language).say("layout.error_prefix").strip() != ENGLISH_PREFIX:
        found.append("an error is said to be one in English")
    found.extend(f"left: {left}" for left in PLACEHOLDER.findall(read["text"]))
    return found + (english_in(read["text"]) if language != ENGLISH else [])


def english_in(text: str) -> list[str]:
    """Return what English a text holds: pieces of the English pages and forms, and lines with words that only English has."""
    for name in NAMES:
        text = text.replace(name, "")
    flat = " ".join(text.split())
    lines = (" ".join(line.split()) for line in text.splitlines() if TELLTALE.search(line))
    return [f"English: {piece}" for piece in english_pieces() if piece in flat] + [f"English: {line[:80]}" for line in lines]


@cache
def english_pieces() -> tuple[str, ...]:
    """Return the pieces of English sentences between what is filled in, where they are long enough to be English and nothing else."""
    texts = [said for group in site_words(ENGLISH).groups.values() for said in sentences(group).values()]
    for form in forms():
        texts += [form.consent]
        for question in form.questions:
            texts += [question.words, question.hint, *(answer.words for answer in question.answers)]
    pieces = {" ".join(piece.split()) for text in texts for piece in MARKUP.split(text)}
    return tuple(sorted(piece for piece in pieces if len(piece.split()) >= SHORTEST))
