// The app: what is on the screen now, the line of state above it, and when to send.

import { formView } from "./form.js";
import { make } from "./elements.js";
import { homeView } from "./home.js";
import { NoLine } from "./line.js";
import { receiptView, swiping } from "./receipts.js";
import { CHANGES, registerPhone, send, whileNobodySends } from "./sender.js";
import * as store from "./store.js";
import { newDraft } from "./told.js";

const EVERY = 30_000;
const AT_MOST = 10; // turns that are left out where nothing gets through: five minutes
const main = document.querySelector("[data-app]");
const bar = document.querySelector("[data-state]");
const spoken = document.querySelector("[data-spoken]");

const app = {
  account: null, number: null, handset: null, lists: null, usual: {}, stands: "ok", isSending: false, cannotInstall: false,
  kept: { drafts: [], waiting: [], faults: [], conflicts: [], sent: [], others: 0, free: 0 },
  go(hash) { if (location.hash === hash) show(); else location.hash = hash; },
  say(words) { spoken.textContent = words; spoken.hidden = !words; },
  send: sendSoon, newStop, register, signOut, discardCopy,
};
let view = { leave: () => {} };

async function look() {
  const officer = await store.setting("officer");
  const lists = await store.setting("lists");
  Object.assign(app, { account: officer?.account ?? null, number: officer?.number ?? null, handset: officer?.handset ?? null, lists, usual: lists?.usual ?? {} });
  const records = app.account ? await store.recordsOf(app.account) : [];
  const of = (state) => records.filter((record) => record.state === state);
  app.kept = {
    drafts: of("draft").filter((draft) => draft.touched), waiting: of("waiting"), faults: of("fault"), conflicts: of("conflict"),
    sent: app.account ? await store.sentOf(app.account, Date.now()) : [],
    others: await store.waitingOfOthers(app.account),
    free: app.handset ? await store.freeCodes(app.handset) : 0,
  };
  showState();
}

const WHY = { "no signal": "no signal", "sign in": "sign in to send", "not in use": "this phone was reported lost", "no number": "you have no officer number" };

function showState() {
  const { waiting, faults, conflicts } = app.kept;
  const need = faults.length + conflicts.length;
  const why = app.isSending ? "sending" : WHY[app.stands];
  const said = !app.account ? "Signed out" : [
    need && `${need} ${need === 1 ? "needs" : "need"} you`,
    waiting.length ? `${waiting.length} not sent yet${why ? ` (${why})` : ""}` : !need && (app.stands === "ok" || !why ? "All sent" : `All sent (${why})`),
  ].filter(Boolean).join(", ");
  if (bar.textContent !== said) bar.textContent = said;
  bar.dataset.state = !app.account ? "unknown" : need ? "needs" : waiting.length ? "waits" : "sent";
}

async function show() {
  await view.leave();
  await look();
  app.say("");
  const [, room, which, n] = location.hash.split("/");
  view = { leave: () => {} };
  if (room === "stop" && app.lists) await showForm(Number(which));
  else if (room === "receipts") await showReceipts(which, Number(n));
  else showHome();
  scrollTo(0, 0);
  const title = main.querySelector("h1");
  title.tabIndex = -1;
  title.focus({ preventScroll: true });
  document.title = `${title.textContent} – ${main.dataset.force}`;
}

// Drawn again only when there is something new to see, so that nobody's place or typing is lost to it.
function showHome() {
  const seen = () => JSON.stringify([app.account, app.handset, app.number, app.stands, app.cannotInstall, app.kept]);
  let drawn = "";
  const again = () => {
    if (drawn === (drawn = seen())) return;
    main.replaceChildren(homeView(app));
  };
  again();
  view = { leave: () => {}, again };
}

async function showForm(place) {
  const draft = await store.record(place);
  if (!["draft", "fault"].includes(draft?.state) || draft.account !== app.account) return showHome();
  view = formView({ ...app, lists: app.lists.lists }, draft);
  main.replaceChildren(view.shown);
  main.querySelector(".govuk-error-summary")?.focus();
  return undefined;
}

async function showReceipts(key, n) {
  const waits = (await store.recordsOf(app.account)).find((record) => record.key === key);
  const sent = waits ? null : await store.sentWith(key);
  const people = waits?.body?.people.length ?? sent?.receipts.length ?? 0;
  if (!(n >= 1 && n <= people) || (sent && sent.account !== app.account)) return showHome();
  const receipts = waits ? Array.from({ length: people }, (_, at) => waits.receipts[at] ?? null) : sent.receipts;
  const shown = receiptView(app, { receipts, reference: sent?.reference, key }, n);
  swiping(shown, (step) => { if (n + step >= 1 && n + step <= people) app.go(`#/receipts/${key}/${n + step}`); });
  main.replaceChildren(shown);
  view = { leave: () => {}, again: () => { if (!sent) show(); } };
  keepScreenOn();
  return undefined;
}

async function newStop() {
  if (!app.lists) return app.say("The lists of choices are not on this phone yet. Open the app once with a signal.");
  const place = await store.keepDraft(newDraft({ account: app.account, handset: app.handset, reading: await store.setting("clock") }));
  return app.go(`#/stop/${place}`);
}

async function register(label) {
  try {
    const wrong = await registerPhone(label);
    if (wrong) return wrong.fields.label ?? wrong.says;
    app.stands = "ok";
    navigator.storage?.persist?.();
    await show();
    await sendSoon();
    return null;
  } catch (error) {
    if (error instanceof NoLine) return "There is no signal just now. Try again where there is one.";
    throw error;
  }
}

async function discardCopy(record) {
  await store.discard(record.place);
  await show();
}

async function signOut() {
  await look();
  const waits = app.kept.waiting.length + app.kept.faults.length + app.kept.drafts.length + app.kept.conflicts.length;
  const warning = `${waits === 1 ? "1 record has" : `${waits} records have`} not been sent. ${waits === 1 ? "It stays" : "They stay"} on this phone, and only you can send ${waits === 1 ? "it" : "them"}, after signing in here again. Sign out?`;
  if (waits && !confirm(warning)) return;
  await whileNobodySends(async () => {
    await store.forgetSent(app.account);
    await store.dropSetting("officer");
    const form = make("form", { method: "post", action: "/sign-out" });
    document.body.append(form);
    form.submit();
    await new Promise(() => {}); // until the page is left: nobody asks who is signed in meanwhile
  });
}

// One run at a time in this page, and one more where something came up meanwhile.
let running = null, again = false;
function sendSoon({ officer = true } = {}) {
  if (running) { again = true; return running; }
  running = (async () => {
    do {
      again = false;
      app.isSending = true;
      await look();
      app.stands = await send({ officer });
      app.isSending = false;
      await look();
      view.again?.();
    } while (again);
  })().finally(() => { running = null; app.isSending = false; showState(); wakeLater(); });
  return running;
}

// Every half minute; where nothing gets through, less and less often, each phone at a time of its own.
let turns = 0, leftOut = 0;
async function sendInTurn() {
  if (leftOut-- > 0) return;
  await sendSoon({ officer: false });
  const isStuck = app.stands === "no signal" || (app.stands === "ok" && app.kept.waiting.length > 0);
  turns = isStuck ? turns + 1 : 0;
  leftOut = isStuck ? Math.floor(Math.random() * Math.min(AT_MOST, 2 ** turns)) : 0;
}

// Background Sync, where there is one, sends when the signal is back although the app is closed.
async function wakeLater() {
  if (!app.kept.waiting.length || !("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration("/officer/app");
  try { await registration?.sync?.register("send"); } catch { /* not allowed here: the app sends when it is open */ }
}

async function keepScreenOn() {
  try { await navigator.wakeLock?.request("screen"); } catch { /* the phone decides */ }
}

async function install() {
  try {
    const registration = await navigator.serviceWorker.register("/officer/app/worker.js", { scope: "/officer/app", type: "module", updateViaCache: "none" });
    const offer = () => { if (registration.waiting && navigator.serviceWorker.controller && atRest()) registration.waiting.postMessage("take over"); };
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
    offer();
    let had = Boolean(navigator.serviceWorker.controller);
    navigator.serviceWorker.addEventListener("controllerchange", () => { if (had && atRest()) location.reload(); had = true; });
    addEventListener("hashchange", offer);
  } catch {
    app.cannotInstall = true;
  }
}

// A new version takes over only while nobody writes. What was written is in the store in any case.
function atRest() {
  return !/^#\/(stop|receipts)\//.test(location.hash);
}

addEventListener("hashchange", show);
addEventListener("online", () => sendSoon({ officer: false }));
addEventListener("offline", () => { app.stands = "no signal"; showState(); });
addEventListener("focus", () => sendSoon());
addEventListener("pagehide", () => view.keep?.());
document.addEventListener("visibilitychange", () => { if (document.hidden) view.keep?.(); else sendSoon(); });
new BroadcastChannel(CHANGES).addEventListener("message", async () => { await look(); view.again?.(); });
setInterval(sendInTurn, EVERY);
addEventListener("unhandledrejection", ({ reason }) => app.say(`Something went wrong in the app (${reason?.message ?? reason}). What you recorded is on this phone. Close the app and open it again.`));

try {
  await show();
  install();
  sendSoon();
} catch (error) {
  main.replaceChildren(make("h1", { class: "govuk-heading-l" }, "This browser cannot be used for this"),
    make("p", { class: "govuk-body" }, `It does not let the app keep anything (${error.message}). Perhaps the window is a private one. `,
      make("a", { class: "govuk-link", href: "/officer" }, "Record a stop without the app"), "."));
}
