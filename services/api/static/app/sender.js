// Sends what waits: one sender at a time on this phone, in order, each record until the server says that it has it. Runs in the page and in
// the worker. A body never changes once it was sent: the key stands for it.

import { ask, askedBy, headersOf, meaning, NoLine } from "./line.js";
import * as store from "./store.js";

const HELD = 20; // codes set aside ahead, topped up whenever there is a line
const ENOUGH = 10;
const LISTS_LAST = 24 * 60 * 60 * 1000;
export const CHANGES = "stop-search-changes";

// Returns how it stands with the line: "ok", "no signal", "sign in", "not in use", "not registered", "no number".
export function send({ officer }) {
  return whileNobodySends(async () => {
    askedBy(officer);
    try {
      return await sendAll();
    } catch (error) {
      if (error instanceof NoLine) return "no signal";
      throw error;
    }
  });
}

// In this tab, in another one, or in the worker.
export function whileNobodySends(act) {
  return navigator.locks.request("stop-search-send", act);
}

async function sendAll() {
  const me = await whoAmI();
  if (typeof me === "string") return me;
  await freshLists(me.lists);
  if (!me.officer_number) return "no number";
  if (me.handset === "none") return "not registered";
  if (me.handset === "not in use") {
    await store.keepCodes(me.phone, []); // all void: none of them may be shown to anybody any more
    return "not in use";
  }
  const stands = await sendRecords(me);
  if (stands === "ok") await topUp(me);
  return stands;
}

// Who is signed in now. Whatever is sent is sent for this officer only: the records of another one stay where they are.
async function whoAmI() {
  const last = await store.setting("officer");
  let answer = await ask(`/officer/app/state${last?.handset ? `?handset=${last.handset}` : ""}`);
  if (answer.status === 401) return "sign in";
  if (!answer.ok) throw new NoLine(`state: ${answer.status}`);
  let me = answer.told;
  if (last && last.account !== me.account_id) {
    const known = await store.setting(`handset of ${me.account_id}`);
    answer = await ask(`/officer/app/state${known ? `?handset=${known}` : ""}`);
    if (!answer.ok) throw new NoLine(`state: ${answer.status}`);
    me = answer.told;
  }
  const handset = (await store.setting(`handset of ${me.account_id}`)) ?? null;
  await store.keepSetting("officer", { account: me.account_id, number: me.officer_number, handset });
  if (last?.account !== me.account_id) tell();
  if (handset && me.handset === "none") return whoAmI();
  return { ...me, phone: handset };
}

async function freshLists(digest) {
  const kept = await store.setting("lists");
  if (kept?.digest !== digest || Math.abs(Date.now() - kept.at) > LISTS_LAST) await fetchLists();
}

// A new version of the app brings its lists with it: it may need what those of before do not say.
export async function fetchLists() {
  const answer = await ask("/officer/app/lists");
  if (!answer.ok) throw new NoLine(`lists: ${answer.status}`);
  await store.keepSetting("lists", { ...answer.told, at: Date.now() });
}

async function sendRecords(me) {
  let csrf = me.csrf, askedAnew = false;
  for (const record of await store.recordsOf(me.account_id)) {
    if (record.state !== "waiting") continue;
    let answer = await ask("/officer/app/records", { body: record.body, headers: headersOf(record, csrf) });
    if (meaning(answer) === "ask anew" && !askedAnew) {
      askedAnew = true;
      const anew = await ask("/officer/app/state");
      if (anew.told?.account_id !== me.account_id) return anew.status === 401 ? "sign in" : "no signal";
      csrf = anew.told.csrf;
      answer = await ask("/officer/app/records", { body: record.body, headers: headersOf(record, csrf) });
    }
    const came = meaning(answer);
    if (came === "arrived") await store.arrived(record, arrivedAs(answer.told));
    else if (came === "fault" || came === "conflict") await store.noteProblem(record, came, problemIn(answer.told));
    else if (came === "sign in" || came === "not in use") return came;
    else continue; // the server stumbled over this one: the others may go, and this one again next time
    tell();
  }
  return "ok";
}

function arrivedAs({ reference, people, qr, unfinished }) {
  const receipts = people.map(({ receipt: { code, url, check_words } }, n) => ({ code, url, check_words, qr: qr[n] }));
  return { reference, receipts, unfinished: unfinished.length, at: Date.now() };
}

function problemIn(told) {
  return { says: told.detail ?? told.title ?? "", fields: Object.fromEntries((told.errors ?? []).map(({ path, message }) => [path, message])) };
}

async function topUp(me) {
  if ((await store.freeCodes(me.phone)) >= ENOUGH) return;
  const headers = { "x-csrf-token": me.csrf, "X-Handset": me.phone };
  const answer = await ask("/officer/app/codes", { body: { hold: HELD }, headers });
  if (!answer.ok) return;
  await store.keepCodes(me.phone, answer.told.codes);
  tell();
}

// Register this phone for whoever is signed in; the same try again has the same key, so that it is registered once.
export async function registerPhone(label) {
  askedBy(true);
  const me = await ask("/officer/app/state");
  if (!me.ok) throw new NoLine(`state: ${me.status}`);
  const account = me.told.account_id;
  const before = await store.setting("registering");
  const trying = before?.account === account && before.label === label ? before : { account, label, key: crypto.randomUUID() };
  await store.keepSetting("registering", trying);
  const headers = { "x-csrf-token": me.told.csrf, "Idempotency-Key": trying.key };
  const answer = await ask("/officer/app/handsets", { body: { label }, headers });
  if (!answer.ok) return problemIn(answer.told);
  const { handset } = answer.told;
  await store.moveTo(account, handset);
  await store.keepSetting(`handset of ${account}`, handset);
  await store.keepSetting("officer", { account, number: me.told.officer_number, handset });
  await store.dropSetting("registering");
  tell();
  return null;
}

function tell() {
  const channel = new BroadcastChannel(CHANGES);
  channel.postMessage("changed");
  channel.close();
}
