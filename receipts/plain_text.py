"""A receipt or notice as text: for a screen reader, an e-mail, or a printer without pictures."""

import textwrap

from receipts.content import Content, ReceiptContent
from receipts.words import LEFT_TO_RIGHT_ISOLATE, POP_ISOLATE

WIDTH = 60
RIGHT_TO_LEFT_MARK = "\u200f"
BULLET = "- "


def plain_text(content: Content) -> str:
    """Return the text in lines of 60 characters at most, but for words and addresses that are longer."""
    details = [f"{name}{content.colon}{value}" for name, value in content.details]
    blocks = [[content.force_name, content.title, content.when, content.place], details]
    if isinstance(content, ReceiptContent):
        blocks.append(_scan(content))
    for section in content.sections:
        bullet = BULLET if section.listed else ""
        blocks.append([*filter(None, [section.heading]), *(bullet + line for line in section.texts)])
    blocks.append([content.note])
    turned = RIGHT_TO_LEFT_MARK if content.direction == "rtl" else ""
    written = ("\n".join(_directed(wrapped(line), turned) for line in block if line) for block in blocks)
    return "\n\n".join(filter(None, written)) + "\n"


def _scan(content: ReceiptContent) -> list[str]:
    """Return how to answer; the address stands alone in its line, so that a telephone makes a link of all of it."""
    return [
        f"{content.question} {content.invitation}",
        f"{content.web_page_label}{content.colon}".rstrip(),
        content.url,
        f"{content.code_label}{content.colon}{content.code}",
        f"{content.check_words_label}{content.colon}{content.check_words}",
        content.check_words_why,
    ]


def wrapped(line: str) -> str:
    """Return a line broken between words, the later lines of a list's line set in."""
    indent = " " * len(BULLET) if line.startswith(BULLET) else ""
    return textwrap.fill(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _directed(wrapped_lines: str, turned: str) -> str:
    """Give each line its direction: to a text's reader a line is a paragraph, so an isolate must not reach over its end (UAX 9)."""
    lines: list[str] = []
    is_open = False
    for line in wrapped_lines.split("\n"):
        opened = LEFT_TO_RIGHT_ISOLATE + line if is_open else line
        is_open = opened.count(LEFT_TO_RIGHT_ISOLATE) > opened.count(POP_ISOLATE)
        closed = opened + POP_ISOLATE if is_open else opened
        lines.append(closed if closed.startswith("https://") else turned + closed)
    return "\n".join(lines)
