// The first screen: a new stop, what is not sent yet, what needs the officer, what was sent today, and this phone.

import { spoken } from "./clock.js";
import { button, heading, link, make, paragraph, unseen } from "./elements.js";
import { told } from "./told.js";

export function homeView(app) {
  const { drafts, waiting, faults, conflicts, sent, others } = app.kept;
  return make("div", {},
    heading(1, "Stops"),
    notice(app),
    app.handset && app.number && app.stands !== "not in use" && button("Record a stop", () => app.newStop(), { class: "govuk-button app-button app-button--foremost" }),
    listed("Needs you", [...faults.map((one) => fault(app, one)), ...conflicts.map((one) => conflict(app, one))]),
    listed("Not finished writing", drafts.map((one) => draft(app, one))),
    listed("Not sent yet", waiting.map((one) => unsent(app, one))),
    listed("Sent in the last day", sent.map((one) => wasSent(app, one))),
    others > 0 && paragraph(`Another officer has ${others === 1 ? "1 record" : `${others} records`} on this phone. Only they can see and send ${others === 1 ? "it" : "them"}.`),
    app.handset && phone(app));
}

// What stands between the officer and recording, if anything does.
function notice(app) {
  const { stands } = app;
  if (!app.account) return signInFirst();
  if (!app.handset) return stands === "sign in" ? signInFirst() : registering(app);
  if (stands === "no number") return inset(paragraph("Your account has no officer number, so you cannot record stops yet. Ask your administrator to add it."));
  if (stands === "not in use") return lost(app);
  if (stands === "sign in") {
    const n = app.kept.waiting.length;
    return inset(paragraph(n ? `Sign in to send ${n === 1 ? "1 record" : `${n} records`}. You can go on recording meanwhile.` : "You are signed out. You can go on recording; sign in to send."), signInButton());
  }
  return null;
}

function signInFirst() {
  return inset(paragraph("Sign in once with a signal. After that you can record stops without one."), signInButton());
}

function signInButton() {
  return make("a", { class: "govuk-button app-button", href: "/sign-in?next=/officer/app", role: "button" }, "Sign in");
}

function registering(app) {
  const name = make("input", { class: "govuk-input app-input", id: "phone-name", type: "text", maxlength: 60, autocomplete: "off" });
  name.value = kindOfPhone();
  const fault = make("p", { class: "govuk-error-message" });
  fault.hidden = true;
  const use = async () => {
    fault.hidden = true;
    const wrong = await app.register(name.value);
    if (wrong) { fault.textContent = wrong; fault.hidden = false; }
  };
  return make("section", { class: "app-card" },
    heading(2, "Use this phone for recording stops"),
    paragraph("It then holds receipts ahead, so that you can hand one over where there is no signal. If you lose it, say so under “Phones and tablets”: its receipts are void at once."),
    make("div", { class: "govuk-form-group" }, make("label", { class: "govuk-label govuk-label--s", for: "phone-name" }, "What you call it"), fault, name),
    button("Use this phone", use));
}

// Nothing personal: what kind of thing it is.
function kindOfPhone() {
  const agent = navigator.userAgent;
  if (/iPad/.test(agent)) return "iPad";
  if (/iPhone/.test(agent)) return "iPhone";
  if (/Android/.test(agent)) return /Mobile/.test(agent) ? "Android phone" : "Android tablet";
  return "Computer";
}

function lost(app) {
  return make("section", { class: "app-card" },
    heading(2, "This phone was reported lost"),
    paragraph("Nothing is taken from it, and its unused receipts are void. What you recorded stays on it. If you have found it, you can use it as a new one and send what waits."),
    button("Use it as a new one", () => app.register(kindOfPhone())));
}

function inset(...inside) {
  return make("div", { class: "app-card" }, ...inside);
}

function listed(words, items) {
  return items.length > 0 && make("section", {}, heading(2, `${words} (${items.length})`), make("ul", { class: "govuk-list app-list" }, items.map((item) => make("li", { class: "app-card" }, item))));
}

function line(app, record) {
  const kind = app.lists?.lists.kinds.find((one) => one.key === record.stop.kind)?.label ?? "";
  const place = record.stop.place?.trim();
  return [make("p", { class: "app-card__first" }, make("strong", {}, spoken(record.begun, Date.now())), place ? `, ${place}` : ""), make("p", { class: "app-card__second" }, kind)];
}

function draft(app, record) {
  return [line(app, record), button("Go on", () => app.go(`#/stop/${record.place}`), { kind: "secondary" })];
}

function unsent(app, record) {
  const several = record.receipts.length > 1;
  return [line(app, record), record.receipts.length > 0 && button(several ? "Show the receipts" : "Show the receipt", () => app.go(`#/receipts/${record.key}/1`), { kind: "secondary" })];
}

function fault(app, record) {
  const count = Object.keys(record.problem.fields).length || 1;
  return [line(app, record), paragraph(count === 1 ? "One thing has to be put right." : `${count} things have to be put right.`), button("Put it right", () => app.go(`#/stop/${record.place}`))];
}

function conflict(app, record) {
  return [
    line(app, record),
    paragraph("This record reached us before, and it said something else then. That one counts. Compare them in ", link("/officer#stops", "your stops"), ", and amend it there if it has to be."),
    make("details", { class: "govuk-details" },
      make("summary", { class: "govuk-details__summary" }, make("span", { class: "govuk-details__summary-text" }, "What this phone has")),
      make("pre", { class: "app-told" }, JSON.stringify(told(record, app.lists.lists, { finishLater: false }), null, 1))),
    button("I have compared them: delete this copy", () => app.discardCopy(record), { kind: "secondary" }),
  ];
}

function wasSent(app, { key, reference, receipts, unfinished, at }) {
  const things = unfinished === 1 ? "1 thing is" : `${unfinished} things are`;
  return [
    make("p", { class: "app-card__first" }, link(`/officer/stops/${reference}`, reference), `, ${spoken(at, Date.now())}`),
    unfinished > 0 && make("p", { class: "app-card__second" }, `${things} still to be said. `, link(`/officer/stops/${reference}/amend`, "Finish it", unseen(` (${reference})`))),
    receipts.length > 0 && button(receipts.length > 1 ? "Show the receipts" : "Show the receipt", () => app.go(`#/receipts/${key}/1`), { kind: "secondary" }),
  ];
}

function phone(app) {
  const { free } = app.kept;
  return make("section", { class: "app-phone" },
    heading(2, "This phone"),
    app.number && paragraph(`You record as officer ${app.number}.`),
    paragraph(`${free === 0 ? "No receipts are" : free === 1 ? "1 receipt is" : `${free} receipts are`} ready for use without a signal.`),
    app.cannotInstall && paragraph("This browser cannot keep the app for use without a signal. Open it in Chrome, Edge or Safari."),
    make("ul", { class: "govuk-list app-links" },
      make("li", {}, link("/officer/handsets", "Phones and tablets: I lost one")),
      make("li", {}, link("/officer", "All your stops"))),
    button("Sign out", () => app.signOut(), { kind: "secondary" }));
}
