// One field of the form as it is on the screen: something to tap or to type, big enough for a thumb. It draws itself again when another
// answer opens it, closes it, or changes what can be chosen.

import { fromLondon, inLondon, really } from "./clock.js";
import { choices, isAsked } from "./fields.js";
import { button, make, unseen } from "./elements.js";

const YES_NO = [{ key: true, label: "Yes" }, { key: false, label: "No" }];

// Returns the field's element and `refresh`. `answers` is the object that holds its answer; `changed` is called after each change.
export function shownField(field, { path, answers, at, draft, usual, changed }) {
  const id = `field-${path.replaceAll(".", "-")}`;
  const shown = make("div", { class: "govuk-form-group app-field", id });
  const parts = { field, id, answers, draft, usual, changed, at, fault: draft.problem?.fields[path] };
  let drawnFor = null;
  const refresh = () => {
    shown.hidden = !isAsked(field, at());
    const wanted = field.list ? choices(field, at(), usual).map((one) => one.key).join() : "";
    if (shown.hidden || drawnFor === wanted) return;
    drawnFor = wanted;
    shown.classList.toggle("govuk-form-group--error", Boolean(parts.fault));
    shown.replaceChildren(...DRAWN[field.as](parts));
  };
  refresh();
  return { shown, refresh };
}

function words({ field, id, fault }, label) {
  return [
    label,
    field.hint && make("div", { class: "govuk-hint", id: `${id}-hint` }, field.hint),
    fault && make("p", { class: "govuk-error-message", id: `${id}-fault` }, unseen("Error: "), fault),
  ].filter(Boolean);
}

function described({ field, id, fault }) {
  return [field.hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ") || null;
}

function labelled(parts) {
  return words(parts, make("label", { class: "govuk-label govuk-label--s", for: `${parts.id}-input` }, parts.field.words));
}

function grouped(parts, ...inside) {
  const legend = make("legend", { class: "govuk-fieldset__legend govuk-fieldset__legend--s" }, parts.field.words);
  return [make("fieldset", { class: "govuk-fieldset", "aria-describedby": described(parts) }, words(parts, legend), inside)];
}

function drawnLine(parts, attributes = {}) {
  const { field, id, answers, at, changed } = parts;
  const input = make("input", {
    class: "govuk-input app-input", id: `${id}-input`, type: "text", autocomplete: "off", maxlength: at().lists.longest[field.name] ?? 300,
    autocapitalize: field.capitals ? "characters" : "sentences", spellcheck: !field.capitals, "aria-describedby": described(parts), ...attributes,
    oninput: () => { answers[field.name] = input.value; changed(); },
  });
  input.value = answers[field.name] ?? "";
  return [...labelled(parts), input];
}

function drawnText(parts) {
  const { field, id, answers, at, changed } = parts;
  const area = make("textarea", {
    class: "govuk-textarea app-input", id: `${id}-input`, rows: 5, maxlength: at().lists.longest[field.name], "aria-describedby": described(parts),
    oninput: () => { answers[field.name] = area.value; changed(); },
  });
  area.value = answers[field.name] ?? "";
  return [...labelled(parts), area];
}

function drawnSelect(parts) {
  const { field, id, answers, at, usual, changed } = parts;
  const select = make("select", {
    class: "govuk-select app-input", id: `${id}-input`, "aria-describedby": described(parts),
    onchange: () => { answers[field.name] = select.value || undefined; changed(); },
  }, make("option", { value: "" }, field.blank));
  let group = null;
  for (const { key, label, group: under } of choices(field, at(), usual)) {
    if (under && group?.label !== under) select.append((group = make("optgroup", { label: under })));
    (under ? group : select).append(make("option", { value: key }, label));
  }
  select.value = answers[field.name] ?? "";
  return [...labelled(parts), select];
}

function tile(parts, { key, label }, kind, isChosen, choose) {
  const input = make("input", { type: kind, name: parts.id, value: String(key), onchange: () => choose(key, input.checked) });
  input.checked = isChosen;
  return make("label", { class: "app-tile" }, input, make("span", {}, label));
}

// Tiles: the usual ones first, the others behind "More". A long list folds to what was chosen, so that the next question is near.
function drawnTiles(parts) {
  const { field, answers, at, usual, changed } = parts;
  const all = field.as === "yesno" ? YES_NO : choices(field, at(), usual);
  const folds = !field.side && all.length > 3;
  const box = make("div", { class: `app-tiles${field.side || field.as === "yesno" ? " app-tiles--side" : ""}` });
  let open = false;
  const draw = (focus) => {
    const chosen = field.usually ? field.usually(at()) : answers[field.name];
    const isChosen = chosen !== undefined && all.some((one) => one.key === chosen);
    const shown = open ? all : folds && isChosen ? all.filter((one) => one.key === chosen) : all.slice(0, field.first ?? all.length);
    const choose = (key) => { answers[field.name] = key; open = false; draw(true); changed(); };
    const more = shown.length < all.length && button(isChosen ? "Change" : `More (${all.length - shown.length})`, () => { open = true; draw(true); }, { kind: "secondary" });
    const clear = isChosen && !field.usually && (open || !folds) && make("button", { type: "button", class: "app-clear", onclick: () => { delete answers[field.name]; open = false; draw(true); changed(); } },
      "Clear", unseen(`: ${field.words}`));
    if (more) more.append(unseen(`: ${field.words}`));
    box.classList.toggle("app-tiles--folded", folds && isChosen && !open);
    box.replaceChildren(...shown.map((one) => tile(parts, one, "radio", one.key === chosen, choose)), ...[more, clear].filter(Boolean));
    if (focus) (box.querySelector("input:checked") ?? box.querySelector("input")).focus();
  };
  draw(false);
  return grouped(parts, box);
}

function drawnTicks(parts) {
  const { field, answers, at, usual, changed } = parts;
  const all = choices(field, at(), usual);
  const alone = at().lists.marks.no_force;
  const box = make("div", { class: "app-tiles" });
  let open = false;
  const draw = (focus) => {
    const chosen = answers[field.name] ?? [];
    const shown = open ? all : all.filter((one, n) => n < (field.first ?? all.length) || chosen.includes(one.key));
    const choose = (key, isOn) => {
      const others = chosen.filter((one) => one !== key && (key === alone || one === alone ? false : true));
      answers[field.name] = isOn ? [...others, key] : chosen.filter((one) => one !== key);
      draw(key);
      changed();
    };
    const more = shown.length < all.length && button(`More (${all.length - shown.length})`, () => { open = true; draw(all[shown.length]?.key); }, { kind: "secondary" });
    box.replaceChildren(...shown.map((one) => tile(parts, one, "checkbox", chosen.includes(one.key), choose)), ...[more].filter(Boolean));
    if (focus) box.querySelector(`input[value="${CSS.escape(focus)}"]`)?.focus();
  };
  draw(null);
  return grouped(parts, box);
}

// The day and the time as they really are in London. Left alone they are the clock's; changed, they are the officer's.
function drawnTime(parts) {
  const { id, answers, draft, changed } = parts;
  const before = answers.typed ?? inLondon(really(draft.begun, draft.reading));
  const inputs = [["day", "date", "Date"], ["time", "time", "Time"]].map(([name, type, label]) => {
    const input = make("input", { class: "govuk-input app-input", type, id: `${id}-${name}`, onchange: () => change() });
    input.value = before[name];
    return { input, shown: make("div", {}, make("label", { class: "govuk-label", for: `${id}-${name}` }, label), input) };
  });
  const change = () => {
    const [day, time] = inputs.map(({ input }) => input.value);
    answers.typed = fromLondon(day, time) === null ? undefined : { day, time };
    changed();
  };
  return grouped(parts, make("div", { class: "app-time" }, inputs.map(({ shown }) => shown)));
}

const DRAWN = {
  line: drawnLine,
  numbers: drawnLine,
  number: (parts) => drawnLine(parts, { inputmode: "numeric", maxlength: 2, class: "govuk-input app-input govuk-input--width-3" }),
  text: drawnText,
  select: drawnSelect,
  tiles: drawnTiles,
  yesno: drawnTiles,
  ticks: drawnTicks,
  time: drawnTime,
};
