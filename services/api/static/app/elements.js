// Making elements. Text only ever goes in as text, so nothing that was typed can become markup.

const SVG = "http://www.w3.org/2000/svg";

export function make(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, String(value));
  }
  made.append(...inside.flat(2).filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

export function heading(level, words) {
  const size = { 1: "l", 2: "m", 3: "s" }[level];
  return make(`h${level}`, { class: `govuk-heading-${size}` }, words);
}

export function paragraph(...inside) {
  return make("p", { class: "govuk-body" }, ...inside);
}

export function link(href, ...inside) {
  return make("a", { class: "govuk-link", href }, ...inside);
}

export function button(words, act, { kind = "", ...attributes } = {}) {
  return make("button", { type: "button", class: `govuk-button app-button${kind && ` govuk-button--${kind}`}`, onclick: act, ...attributes }, words);
}

export function unseen(words) {
  return make("span", { class: "govuk-visually-hidden" }, words);
}

// A QR, black on white whatever the colours around it; the server worked out its path.
export function drawnQr({ side, path }, words) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: `0 0 ${side} ${side}`, role: "img", "aria-label": words, class: "app-qr", "shape-rendering": "crispEdges" }))
    svg.setAttribute(key, value);
  for (const [fill, d] of [["#fff", `M0 0h${side}v${side}H0z`], ["#000", path]]) {
    const part = document.createElementNS(SVG, "path");
    part.setAttribute("fill", fill);
    part.setAttribute("d", d);
    svg.append(part);
  }
  return svg;
}
