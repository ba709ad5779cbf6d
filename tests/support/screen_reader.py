"""What a screen reader says of a page: Chromium's tree of accessibility, as lines of text in the order in which it is read."""

from typing import Any

from tests.support.page_reader import PageReader

SILENT = {
    "none",
    "generic",
    "InlineTextBox",
    "StaticText",
    "LineBreak",
    "ListMarker",
    "LabelText",
    "LayoutTable",
    "Iframe",
    "Legend",
    "image",
}
STATES = ("checked", "expanded", "invalid", "required", "disabled", "live", "level")
WITH_POSITION = {"radio"}
PARTS = {"set": "Which questions", "who": "First question", "reason_told": "Second question", "check": "Check page"}


def said_on(page: Any) -> list[str]:
    """Return what is said, a line for each thing, indented as deep as it lies."""
    session = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in session.send("Accessibility.getFullAXTree")["nodes"]}
    session.detach()
    root = next(node for node in nodes.values() if "parentId" not in node)
    return _lines(root, nodes, 0)


def walk_of_the_form(browser: Any, site: str, *, code: str, language: str = "en") -> dict[str, list[str]]:
    """Go through the form for adults by its first answers; return what is said on its first pages, the check page and with the words."""
    reader = PageReader(browser.new_context(viewport={"width": 390, "height": 844}).new_page(), site, language=language)
    said: dict[str, list[str]] = {}
    for place in reader.answers(code, version="adult"):
        if place in PARTS:
            said[PARTS[place]] = said_on(reader.page)
        if place == "who":
            said["First question, nothing chosen"] = _after_continue(reader)
    reader.send()
    return said | {"The four words": said_on(reader.page)}


def _after_continue(reader: PageReader) -> list[str]:
    """Press Continue with nothing chosen; return what is said then."""
    reader.press("main button.govuk-button[value=continue]")
    return said_on(reader.page)


def _lines(node: dict[str, Any], nodes: dict[str, dict[str, Any]], depth: int) -> list[str]:
    children = [nodes[child] for child in node.get("childIds", []) if child in nodes]
    role = node.get("role", {}).get("value", "none")
    is_said = not node.get("ignored") and (role not in SILENT or (role == "StaticText" and not _is_named_by(node, nodes)))
    line = [f"{'  ' * depth}{_said(node, role, nodes)}"] if is_said else []
    return line + [found for child in children for found in _lines(child, nodes, depth + is_said)]


def _is_named_by(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> bool:
    """Return whether a text was said already as the name of what it stands in."""
    text, above = _value(node, "name"), nodes.get(node.get("parentId", ""))
    while above:
        if text and text in _value(above, "name") and above.get("role", {}).get("value") not in SILENT | {"RootWebArea"}:
            return True
        if above.get("role", {}).get("value") == "LabelText":
            return True
        above = nodes.get(above.get("parentId", ""))
    return not text.strip()


def _said(node: dict[str, Any], role: str, nodes: dict[str, dict[str, Any]]) -> str:
    name = " ".join(_value(node, "name").split())
    if role == "StaticText":
        return name
    parts = [f'{role} "{name}"' if name else role]
    parts += [f"{state['name']} {state['value']['value']}" for state in node.get("properties", []) if _is_told(state)]
    if role in WITH_POSITION:
        parts.append(_position(node, nodes))
    if described := " ".join(_value(node, "description").split()):
        parts.append(f'described by "{described}"')
    if (value := _value(node, "value")) and role != "radio":
        parts.append(f'value "{value}"')
    return ", ".join(parts)


def _is_told(state: dict[str, Any]) -> bool:
    return state["name"] in STATES and str(state["value"].get("value", "")).lower() not in {"", "false", "off"}


def _position(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    """Return which radio of how many it is; a browser counts those of one name, which are those of one group here."""
    group = nodes.get(node.get("parentId", ""))
    while group and group.get("role", {}).get("value") not in {"group", "radiogroup", "form"}:
        group = nodes.get(group.get("parentId", ""))
    radios = [found for found in _below(group, nodes) if found.get("role", {}).get("value") == "radio"] if group else [node]
    return f"{radios.index(node) + 1} of {len(radios)}"


def _below(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    children = [nodes[child] for child in node.get("childIds", []) if child in nodes]
    return [found for child in children for found in (child, *_below(child, nodes))]


def _value(node: dict[str, Any], of: str) -> str:
    return str(node.get(of, {}).get("value", ""))
