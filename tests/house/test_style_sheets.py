"""The vendored style sheets: nobody else's brand in them, nothing foreign loaded, light for the public, and no class that they lack."""

import gzip
import re
from itertools import chain

import pytest

from services.api.packing import Packing
from services.api.static_files import STATIC, style_sheet
from tests.support.tree import TOP, files, read

LIGHT = 10_000  # bytes, gzipped
SHEETS = ["design-system.css", "design-system-public.css"]
CLASSES = re.compile(r"\.((?:govuk|site)-(?:[\w-]|\\!)+)")
TEMPLATES = [name for name in files() if name.startswith("services/api/templates/")]


def styled(*sheets: str) -> set[str]:
    """Return the classes that the style sheets have rules for."""
    return {found.replace("\\", "") for sheet in sheets for found in CLASSES.findall((STATIC / sheet).read_text(encoding="utf-8"))}


def used(template: str) -> set[str]:
    """Return the classes that a template writes or hands to a component."""
    return set(re.findall(r"\b(?:govuk|site)-[\w!-]*[\w]", re.sub(r"\{#.*?#\}", "", read(template), flags=re.DOTALL)))


@pytest.mark.parametrize("sheet", SHEETS)
def test_there_is_no_crown_no_logo_and_no_typeface_of_others(sheet: str) -> None:
    text = (STATIC / sheet).read_text(encoding="utf-8")
    notice, _, rules = text.partition("*/")
    assert "MIT" in notice
    assert not re.findall(r"GDS Transport|crest|crown|logo|@font-face|@import|url\(|https?:", rules, re.IGNORECASE)


def test_the_publics_style_sheet_is_light() -> None:
    assert len(style_sheet("public", "#1d4f73").content[Packing.GZIP]) < LIGHT
    assert len(gzip.compress((STATIC / "public.js").read_bytes())) < LIGHT / 4


def test_public_templates_use_only_what_the_publics_style_sheet_has() -> None:
    full, public = styled("design-system.css", "shared.css", "staff.css"), styled("design-system-public.css", "shared.css", "public.css")
    lacking = {
        f"{template}: {name}"
        for template in TEMPLATES
        if 'extends "layouts/public.html"' in read(template)
        for name in used(template)
        if name in full and name not in public
    }
    assert not lacking, f"add the component to tools/vendor_design_system.py or the rule to public.css: {sorted(lacking)}"


def test_every_class_of_ours_has_a_rule() -> None:
    ours = [name for name in files() if name.startswith("services/api/static/") and name.endswith(".css")]
    known = {found for name in ours for found in re.findall(r"\.(site-[\w-]+)", read(name))} | {"site-public", "site-staff"}
    scripts = " ".join(read(name) for name in files() if name.startswith("services/api/static/") and name.endswith(".js"))
    bare = {f"{t}: {name}" for t in TEMPLATES for name in used(t) if name.startswith("site-") and name not in known and name not in scripts}
    assert not bare


def test_no_template_has_a_script_or_style_of_its_own() -> None:
    inline = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"|javascript:", re.IGNORECASE)
    found = {name: sorted(set(inline.findall(read(name)))) for name in TEMPLATES if inline.search(read(name))}
    assert not found, f"the content security policy refuses these: {found}"


def test_nothing_is_loaded_from_elsewhere() -> None:
    loading = re.compile(r"<(?:script|link|img|video|source|iframe)[^>]*(?:src|href)=\"(https?:)?//", re.IGNORECASE)
    assert not [name for name in chain(TEMPLATES) if loading.search(read(name))]
    assert (TOP / "services/api/static/icon.svg").exists()
