// A letter's page: asks for the sealed letter, opens it here with the key that its reader chooses, and shows it as text.
// Neither the key nor what was opened leaves this page.

import { bytes, fromBase64, open, readKeyFile } from "./hpke.js";

const form = document.getElementById("sealed");
const words = new Map(JSON.parse(form.dataset.words));
const shown = document.getElementById("opened");
const said = document.getElementById("said");
const chooser = document.getElementById("key-file");

for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;

form.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "open") return;
  event.preventDefault();
  event.submitter.disabled = true;
  opened().catch((error) => say(error.message)).finally(() => (event.submitter.disabled = false));
});

async function opened() {
  const file = chooser.files[0];
  if (!file) throw new Error("Choose your key file first.");
  const key = await readKeyFile(await file.text());
  say("Opening the letter …");
  const letter = await sealedLetter();
  const parts = [];
  for (const part of letter.parts) {
    if (part.key !== key.fingerprint) throw new Error(`This part is sealed to another key: ${part.key}. You chose ${key.fingerprint}.`);
    const info = bytes(`${letter.info}\n${letter.letter_id}\n${part.id}`);
    const plain = await open(key, fromBase64(part.sealed), info);
    parts.push(section(part, JSON.parse(new TextDecoder().decode(plain))));
  }
  shown.replaceChildren(...parts);
  say("");
  shown.hidden = false;
  shown.focus();
}

async function sealedLetter() {
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" } });
  const told = await answer.json();
  if (answer.ok) return told;
  throw new Error(told.detail ?? "The letter could not be fetched. Load the page again.");
}

function section(part, told) {
  const whole = document.createElement("section");
  const list = element("dl", "govuk-summary-list");
  whole.append(element("h3", "govuk-heading-s", part.part === "note" ? `Note of ${day(part.written_on)}` : "As it was written"), list);
  for (const [name, value] of Object.entries(told).sort(([one], [other]) => order(one) - order(other))) {
    const row = element("div", "govuk-summary-list__row");
    row.append(element("dt", "govuk-summary-list__key", words.get(name) ?? spoken(name)), element("dd", "govuk-summary-list__value site-as-written", inWords(value)));
    list.append(row);
  }
  return whole;
}

function order(name) {
  const at = [...words.keys()].indexOf(name);
  return at < 0 ? 1000 : at;
}

function inWords(value) {
  if (value === true) return "Yes";
  if (value === false) return "No";
  return Array.isArray(value) ? value.join("\n") : String(value);
}

function spoken(name) {
  const apart = name.replaceAll("_", " ");
  return apart[0].toUpperCase() + apart.slice(1);
}

function day(written) {
  return new Date(`${written}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
}

function element(name, kind, text = "") {
  const made = document.createElement(name);
  made.className = kind;
  made.textContent = text;
  return made;
}

function say(text) {
  said.textContent = text;
  said.hidden = !text;
}
