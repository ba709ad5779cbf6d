// The form on which a stop is recorded. What is typed is kept on the phone as it is typed; what is missing is said, with a link to it.

import { shownField } from "./answering.js";
import { aheadBy, hoursAndMinutes } from "./clock.js";
import { button, heading, make, paragraph, unseen } from "./elements.js";
import { MORE, PERSON, STOP, wordsAt } from "./fields.js";
import { missing } from "./missing.js";
import * as store from "./store.js";
import { hasPeople, told } from "./told.js";

const TYPING_RESTS = 250;

export function formView(app, draft) {
  const form = new Form(app, draft);
  return { shown: form.shown, leave: () => form.leave(), keep: () => form.keep() };
}

class Form {
  constructor(app, draft) {
    Object.assign(this, { app, draft, fields: [], people: make("div", {}), missing: make("div", { class: "app-missing" }), keeping: null });
    const { lists } = app;
    const at = () => ({ stop: draft.stop, lists });
    const [kind, ...others] = STOP.map((field) => this.field(field, field.name, draft.stop, at));
    this.shown = make("div", {}, this.problem(), heading(1, "Record a stop"), this.clockNote(), kind, (this.rest = make("div", {},
      paragraph("Nobody’s name, address or date of birth: the law does not ask for them."),
      others,
      this.people,
      make("details", { class: "govuk-details app-more-questions" },
        make("summary", { class: "govuk-details__summary" }, make("span", { class: "govuk-details__summary-text" }, "Less usual questions")),
        make("div", { class: "govuk-details__text" }, MORE.map((field) => this.field(field, field.name, draft.stop, at)))),
      this.missing,
      make("div", { class: "app-finish" },
        button("Record the stop", () => this.finish(false)),
        button("Keep and finish later", () => this.finish(true), { kind: "secondary" }),
        draft.state === "draft" && make("button", { type: "button", class: "app-clear", onclick: () => this.throwAway() }, "Throw this away")))));
    this.ofStop = this.fields;
    this.drawPeople();
    this.refresh();
  }

  field(field, path, answers, at) {
    const { draft, app } = this;
    const made = shownField(field, { path, answers, at, draft, usual: app.usual, changed: () => this.changed() });
    this.fields.push(made);
    return made.shown;
  }

  drawPeople() {
    const { draft, app } = this;
    const [before, { people }] = [this.ofStop, draft.stop];
    this.fields = [];
    this.people.replaceChildren(...people.map((person, n) => make("section", { class: "app-person", "aria-labelledby": `person-${n}` },
      make("h2", { class: "govuk-heading-m", id: `person-${n}`, tabindex: -1 }, `Person ${n + 1}`),
      PERSON.map((field) => this.field(field, `people.${n}.${field.name}`, person, () => ({ stop: draft.stop, person, lists: app.lists }))),
      people.length > 1 && button(`Remove person ${n + 1}`, () => this.remove(n), { kind: "secondary" }))));
    this.adding = button("", () => this.add(), { kind: "secondary" });
    this.people.append(this.adding);
    this.fields = [...before, ...this.fields];
  }

  add() {
    const { people } = this.draft.stop;
    if (people.length >= this.app.lists.marks.most_people) return;
    people.push({});
    this.drawPeople();
    this.changed();
    this.people.querySelector(`#person-${people.length - 1}`).focus();
  }

  remove(n) {
    this.draft.stop.people.splice(n, 1);
    this.draft.receipts.splice(n, 1);
    this.drawPeople();
    this.changed();
    this.people.querySelector("#person-0").focus();
  }

  changed() {
    this.draft.touched = true;
    this.refresh();
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), TYPING_RESTS);
  }

  // At once, when the page is left or hidden.
  async keep() {
    clearTimeout(this.keeping);
    if (this.handedOver) return;
    try {
      await store.keepDraft(this.draft);
    } catch (error) {
      this.app.say(`The phone could not keep what you typed (${error.message}). Make room on it, or write it down.`);
    }
  }

  // Left without a word: there is nothing to keep.
  async leave() {
    if (this.draft.touched || this.handedOver) return this.keep();
    return store.discard(this.draft.place);
  }

  refresh() {
    const { draft, app } = this;
    this.rest.hidden = !draft.stop.kind;
    if (this.rest.hidden) return;
    for (const field of this.fields) field.refresh();
    this.people.hidden = !hasPeople(draft.stop);
    this.adding.textContent = draft.stop.kind === "traffic_stop" ? "Add a passenger" : "Add another person";
    const lacking = missing(told(draft, app.lists, { finishLater: false }), app.lists);
    const [now, later] = [lacking.filter((gap) => gap.atOnce), lacking.filter((gap) => !gap.atOnce)];
    this.missing.replaceChildren(
      ...(now.length ? [heading(2, "Say now"), this.listed(now)] : []),
      ...(later.length ? [heading(2, "Can follow, today if you can"), this.listed(later)] : []),
      ...(lacking.length ? [] : [paragraph("Nothing is missing.")]));
    this.lacksNow = now;
  }

  listed(gaps) {
    return make("ul", { class: "govuk-list app-links" }, gaps.map(({ path }) => make("li", {}, this.linkTo(path, wordsAt(path)))));
  }

  linkTo(path, words) {
    return make("a", { class: "govuk-link", href: `#field-${path.replaceAll(".", "-")}`, onclick: (event) => { event.preventDefault(); this.goTo(path); } }, words);
  }

  goTo(path) {
    const field = this.shown.querySelector(`#field-${CSS.escape(path.replaceAll(".", "-"))}`) ?? this.shown.querySelector(path.startsWith("people") ? "#person-0" : "#field-kind");
    field.closest("details")?.setAttribute("open", "");
    field.scrollIntoView({ block: "start" });
    (field.querySelector("input, select, textarea") ?? field).focus({ preventScroll: true });
  }

  problem() {
    const { problem, receipts } = this.draft;
    if (!problem) return null;
    const paths = Object.keys(problem.fields);
    const codes = paths.map((path) => path.match(/^people\.(\d+)\.receipt_code$/)?.[1]).filter((n) => receipts[n]);
    return make("div", { class: "govuk-error-summary", role: "alert", tabindex: -1 },
      make("h2", { class: "govuk-error-summary__title" }, "The record was not taken yet"),
      make("div", { class: "govuk-error-summary__body" },
        problem.says && make("p", {}, problem.says),
        make("ul", { class: "govuk-list govuk-error-summary__list" },
          paths.map((path) => make("li", {}, this.linkTo(path, [unseen(`${wordsAt(path)}: `), problem.fields[path]])))),
        codes.length > 0 && [
          make("p", {}, `The code that you showed (${codes.map((n) => receipts[n].code).join(", ")}) opens nothing any more. Nothing that you typed is lost.`),
          button("Send with a new receipt", () => this.withNewReceipts(codes)),
        ]));
  }

  withNewReceipts(numbers) {
    for (const n of numbers) this.draft.receipts[n] = null;
    this.handOver(told(this.draft, this.app.lists, { finishLater: this.draft.body.finish_later }));
  }

  clockNote() {
    const ahead = aheadBy(this.draft.reading);
    return ahead ? make("div", { class: "govuk-inset-text" },
      `The clock of this phone is ${hoursAndMinutes(ahead)} ${ahead > 0 ? "fast" : "slow"}. The times here are put right.`) : null;
  }

  finish(finishLater) {
    if (!finishLater && this.lacksNow.length) {
      this.goTo(this.lacksNow[0].path);
      this.app.say(`${this.lacksNow.length === 1 ? "One thing has" : `${this.lacksNow.length} things have`} to be said first. Or keep it and finish later.`);
      return;
    }
    this.handOver(told(this.draft, this.app.lists, { finishLater }));
  }

  async handOver(body) {
    if (this.handedOver) return;
    this.handedOver = true;
    clearTimeout(this.keeping);
    let handed;
    try {
      handed = await store.handOver({ ...this.draft, handset: this.app.handset, body });
    } catch (error) {
      this.handedOver = false;
      this.app.say(`The phone could not keep the record (${error.message}). It was not sent. Make room on the phone and try again.`);
      return;
    }
    this.app.send();
    this.app.go(body.people.length ? `#/receipts/${handed.key}/1` : "#/");
  }

  async throwAway() {
    if (!confirm("Throw away what you have written about this stop? It cannot be brought back.")) return;
    this.handedOver = true;
    clearTimeout(this.keeping);
    if (this.draft.place !== undefined) await store.discard(this.draft.place);
    this.app.go("#/");
  }
}
