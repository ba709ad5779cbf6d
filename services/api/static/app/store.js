// What the phone keeps: records until the server has them, codes set aside, and for a day what was sent. Nothing else that is personal.
// Every write is one transaction, on the disk before it counts; a record is deleted only in the transaction that notes its reference.

const NAME = "stop-search-officer";
const VERSION = 1;
const KEPT_AFTER_SENDING = 24 * 60 * 60 * 1000;
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = () => {
      const database = asked.result;
      database.createObjectStore("settings");
      database.createObjectStore("records", { keyPath: "place", autoIncrement: true });
      database.createObjectStore("codes", { keyPath: "place", autoIncrement: true }).createIndex("code", "code", { unique: true });
      database.createObjectStore("sent", { keyPath: "key" });
    };
    asked.onsuccess = () => {
      // A newer version of the app in another tab wants to change the stores: let it; the next use opens them again.
      const forget = () => { opened = null; };
      asked.result.onversionchange = () => { asked.result.close(); forget(); };
      asked.result.onclose = forget;
      resolve(asked.result);
    };
    asked.onerror = () => { opened = null; reject(asked.error); };
  });
  return opened;
}

function came(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function within(names, mode, act) {
  const transaction = (await open()).transaction(names, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error ?? new Error("The phone could not keep this."));
  });
  done.catch(() => {});
  try {
    const result = await act(...names.map((name) => transaction.objectStore(name)));
    await done;
    return result;
  } catch (error) {
    try { transaction.abort(); } catch { /* it has ended by itself */ }
    throw error;
  }
}

export const setting = (name) => within(["settings"], "readonly", (settings) => came(settings.get(name)));
export const keepSetting = (name, value) => within(["settings"], "readwrite", (settings) => came(settings.put(value, name)));
export const dropSetting = (name) => within(["settings"], "readwrite", (settings) => came(settings.delete(name)));

export async function recordsOf(account) {
  const all = await within(["records"], "readonly", (records) => came(records.getAll()));
  return all.filter((record) => record.account === account);
}

export const record = (place) => within(["records"], "readonly", (records) => came(records.get(place)));

// Of anybody: how many records wait on this phone, so that nobody signs out, or hands it on, without knowing.
export async function waitingOfOthers(account) {
  const all = await within(["records"], "readonly", (records) => came(records.getAll()));
  return all.filter((one) => one.account !== account).length;
}

// Keep what is being written. Once it was handed to the sender, a late keystroke changes nothing.
export const keepDraft = (draft) => within(["records"], "readwrite", async (records) => {
  const kept = draft.place === undefined ? null : await came(records.get(draft.place));
  if (draft.place !== undefined && !["draft", "fault"].includes(kept?.state)) return draft.place;
  return (draft.place = await came(records.put(draft)));
});

export const discard = (place) => within(["records"], "readwrite", (records) => came(records.delete(place)));

// Hand a record to the sender: everybody in it who has no code yet gets one of the phone's, in the same transaction.
export const handOver = (draft) => within(["records", "codes"], "readwrite", async (records, codes) => {
  const free = (await came(codes.getAll())).filter((one) => one.handset === draft.handset && !one.usedBy);
  for (const [n, person] of draft.body.people.entries()) {
    const code = draft.receipts[n] ? null : free.shift();
    if (code) {
      await came(codes.put({ ...code, usedBy: draft.key }));
      draft.receipts[n] = code.receipt;
    }
    if (draft.receipts[n]) person.receipt_code = draft.receipts[n].code;
  }
  const handed = { ...draft, state: "waiting", problem: null };
  handed.place = await came(records.put(handed));
  return handed;
});

// The server has it: the record leaves the phone in the transaction that notes its reference. Receipts stay for a day, to be shown again.
export const arrived = (sent, as) => within(["records", "sent"], "readwrite", async (records, kept) => {
  await came(kept.put({ ...as, key: sent.key, account: sent.account }));
  await came(records.delete(sent.place));
});

export const noteProblem = (sent, state, problem) => within(["records"], "readwrite", async (records) => {
  const kept = await came(records.get(sent.place));
  if (kept?.state === "waiting") await came(records.put({ ...kept, state, problem }));
});

export async function sentOf(account, now) {
  return within(["sent"], "readwrite", async (kept) => {
    const all = await came(kept.getAll());
    const old = (one) => now - one.at > KEPT_AFTER_SENDING || now < one.at - KEPT_AFTER_SENDING;
    for (const one of all.filter(old)) await came(kept.delete(one.key));
    return all.filter((one) => one.account === account && !old(one)).sort((a, b) => b.at - a.at);
  });
}

export const sentWith = (key) => within(["sent"], "readonly", (kept) => came(kept.get(key)));

export async function forgetSent(account) {
  return within(["sent"], "readwrite", async (kept) => {
    for (const one of await came(kept.getAll())) if (one.account === account) await came(kept.delete(one.key));
  });
}

export async function freeCodes(handset) {
  const all = await within(["codes"], "readonly", (codes) => came(codes.getAll()));
  return all.filter((one) => one.handset === handset && !one.usedBy).length;
}

// The server says which codes of this phone are unused. New ones are added; those it no longer names are used or void and go.
// One that a record here took stays taken, although the server does not know of it yet.
export const keepCodes = (handset, receipts) => within(["codes"], "readwrite", async (codes) => {
  const named = new Set(receipts.map((receipt) => receipt.code));
  const kept = (await came(codes.getAll())).filter((one) => one.handset === handset);
  for (const one of kept) if (!named.has(one.code)) await came(codes.delete(one.place));
  const known = new Set(kept.map((one) => one.code));
  for (const receipt of receipts) if (!known.has(receipt.code)) await came(codes.add({ handset, code: receipt.code, receipt, usedBy: null }));
});

// The phone was reported lost and is used again as a new one: what waits is sent from the new one, its old codes are void.
export const moveTo = (account, handset) => within(["records", "codes"], "readwrite", async (records, codes) => {
  const gone = new Set();
  for (const one of await came(records.getAll())) {
    if (one.account !== account || one.handset === handset) continue;
    gone.add(one.handset);
    await came(records.put({ ...one, handset }));
  }
  for (const one of await came(codes.getAll())) if (gone.has(one.handset)) await came(codes.delete(one.place));
});
