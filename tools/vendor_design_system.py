"""Make the two style sheets of `services/api/static/` from a govuk-frontend package: de-branded, and no larger than what is used.

A police force may use neither the crown, the GOV.UK logo nor the GDS Transport typeface: rules that bring them are dropped here.
Run it with an unpacked package (`npm pack govuk-frontend@6 && tar xzf govuk-frontend-*.tgz`):

    python tools/vendor_design_system.py package/
"""

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

STATIC = Path(__file__).parent.parent / "services" / "api" / "static"
TYPEFACE = "var(--site-typeface)"
LICENCE = """/*! govuk-frontend {version}, MIT licence, Copyright (c) 2017 Crown Copyright (Government Digital Service).
Changed by tools/vendor_design_system.py: no crown, no logo, no GDS Transport; only the components that these pages use. */
"""

NEVER = [  # branding, support for browsers without custom properties, and parts that need govuk-frontend's script
    r"logo-dot", r"crest", r"crown", r"\[href\^=", r"govuk-header", r"govuk-cookie-banner",
    r"govuk-footer__copyright", r"govuk-footer__licence",
    r"govuk-frontend-supported", r"govuk-accordion", r"govuk-exit-this-page", r"govuk-feedback", r"govuk-logo", r"govuk-password-input",
    r"govuk-language-navigation", r"govuk-generic-header", r"_govuk-rebrand", r"govuk-file-upload-button", r"govuk-drop-zone",
]  # fmt: skip
PUBLIC_PARTS = """
body body-l body-m button button-group checkboxes error-message error-summary fieldset footer form-group grid-column-full
grid-column-two-thirds grid-row heading-l heading-m heading-s hint input inset-text label link list main-wrapper panel radios skip-link
skip-link-focused-element summary-list template textarea visually-hidden width-container
"""
PUBLIC = frozenset(PUBLIC_PARTS.split())
NOT_FOR_THE_PUBLIC = re.compile(  # of those components, what no page of the public has: it would be loaded over a slow line for nothing
    r"__(conditional|divider|prefix|suffix|wrapper|actions-list|product-name)|panel__actions|--(inverse|muted|text-colour|no-visited-state|"
    r"no-border|no-actions|interruption|auto-spacing|inline|xl)|main-wrapper--l|footer__(heading|list|meta|navigation|section)|"
    r"input--width-(2|3|4|5|30)\b"
)
IGNORED_MEDIA = re.compile(r"\\0|ms-high-contrast:none")
SIDES = {"left": "start", "right": "end"}
ONE_SIDE = re.compile(r"(?<=[{;])(margin|padding|border)-(left|right)(?=[-:])(?![^;}]*safe-area-inset)")  # a screen's notch does not turn
PLACED = re.compile(r"(?<=[{;])(left|right):([^;}]+)")
SET_TO = re.compile(r"(?<=[{;])(text-align|float):(left|right)")
CLASS = re.compile(r"\.govuk-((?:\\!-)?[a-z]+(?:-[a-z0-9]+)*)")

Rule = tuple[str, str]  # the prelude and the body, without braces


def rules_in(css: str) -> Iterator[Rule]:
    """Yield each rule or at-rule at the top level of `css`; statements such as @charset are passed over."""
    depth = start = opened = 0
    for place, character in enumerate(css):
        if character == "{":
            depth += 1
            if depth == 1:
                opened = place
        elif character == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : place]
                start = place + 1
        elif character == ";" and depth == 0:
            start = place + 1


def selected(selector: str, components: frozenset[str] | None) -> bool:
    """Say whether a selector stays: not branding, and, if `components` are given, of one of those."""
    if any(re.search(pattern, selector) for pattern in NEVER):
        return False
    if components is None:
        return True
    return not NOT_FOR_THE_PUBLIC.search(selector) and all(name in components for name in CLASS.findall(selector))


def kept(css: str, components: frozenset[str] | None) -> str:
    """Return the rules of `css` that stay, at-rules gone through from within."""
    out: list[str] = []
    for prelude, body in rules_in(css):
        if prelude.startswith(("@media", "@supports")):
            inside = "" if IGNORED_MEDIA.search(prelude) else kept(body, components)
            if inside:
                out.append(f"{prelude}{{{inside}}}")
        elif prelude.startswith("@keyframes"):
            continue
        elif not prelude.startswith("@font-face"):
            selectors = [one for one in re.split(r",(?![^()]*\))", prelude) if selected(one, components)]
            if selectors and body:
                out.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(out)


def without_brand(css: str) -> str:
    """Return the style sheet without comments, foreign typefaces, fallbacks for old browsers and addresses of pictures."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"font-family:\s*GDS Transport,arial,sans-serif", f"font-family:{TYPEFACE}", css)
    css = re.sub(r"var\((--[\w-]+),\s*#[0-9a-f]{3,8}\)", r"var(\1)", css)
    return re.sub(r"-(?:webkit|moz)-(?:osx-)?(?:font-smoothing|text-decoration-skip(?:-ink)?|box-decoration-break):[a-z]+;?", "", css)


def both_ways(css: str) -> str:
    """Return the style sheet with sides named by where a line begins and ends, so that it also serves scripts written from right to left.

    Where phones older than 2021 do not know the newer name, the older one stands before it: of both, `right` wins from right to left.
    """
    css = ONE_SIDE.sub(lambda side: f"{side[1]}-inline-{SIDES[side[2]]}", css)
    css = PLACED.sub(lambda side: f"{side[0]};inset-inline-{SIDES[side[1]]}:{side[2]}", css)
    return SET_TO.sub(
        lambda side: f"{side[0]};float:inline-{SIDES[side[2]]}" if side[1] == "float" else f"text-align:{SIDES[side[2]]}", css
    )


def style_sheet(css: str, version: str, components: frozenset[str] | None) -> str:
    """Return one finished style sheet.

    Raises:
        SystemExit: branding is still in it.

    """
    rules = kept(without_brand(css), components)
    made = LICENCE.format(version=version) + (rules if components is None else both_ways(rules)) + "\n"
    if left := re.findall(r"GDS Transport|url\([^)]*\)|https?:|crest|crown|logo", made.removeprefix(LICENCE.format(version=version))):
        sys.exit(f"branding is still in the style sheet: {sorted(set(left))}")
    return made


def main() -> None:
    """Write design-system.css (staff pages) and design-system-public.css (public pages), and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="folder of the unpacked govuk-frontend package")
    package: Path = parser.parse_args().package
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]
    css = (package / "dist/govuk/govuk-frontend.min.css").read_text(encoding="utf-8")
    for name, components in (("design-system.css", None), ("design-system-public.css", PUBLIC)):
        made = style_sheet(css, version, components)
        (STATIC / name).write_text(made, encoding="utf-8")
        print(f"{name}: {len(made):,} bytes, {len(gzip.compress(made.encode())):,} gzipped")


if __name__ == "__main__":
    main()
