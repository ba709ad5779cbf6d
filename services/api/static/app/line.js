// Talking to the server. Whatever is no clear answer of ours (no signal, a hotel's sign-in page, a time-out) is "no line".

import { iso, readingOf } from "./clock.js";
import { keepSetting } from "./store.js";

const PATIENCE = 20_000;

let unattended = {};

export class NoLine extends Error {}

// Whether an officer is at it. What the app asks by itself does not keep the session from falling idle.
export function askedBy(officer) {
  unattended = officer ? {} : { "X-Unattended": "yes" };
}

export async function ask(path, { body, headers = {} } = {}) {
  const posted = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  let response, told;
  try {
    response = await fetch(path, {
      ...posted,
      headers: { Accept: "application/json", ...unattended, ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...headers },
      credentials: "same-origin", cache: "no-store", redirect: "error", signal: AbortSignal.timeout(PATIENCE),
    });
    told = await response.json();
  } catch (error) {
    throw new NoLine(String(error));
  }
  if (response.ok) {
    const reading = readingOf(response);
    if (reading) await keepSetting("clock", reading);
  }
  return { status: response.status, ok: response.ok, told };
}

// What every record is sent with. The clock is read afresh for each attempt.
export function headersOf(record, csrf) {
  const headers = { "x-csrf-token": csrf, "Idempotency-Key": record.key, "X-Handset": record.handset };
  const shown = iso(Date.now());
  return /^(?!0000)\d{4}-/.test(shown) ? { ...headers, "X-Device-Time": shown } : headers;
}

// What an answer to a record means. tests/support/phones.py says the same; keep them alike.
export function meaning({ status, told }) {
  const kind = told?.type ?? "";
  if (status === 201 && typeof told?.reference === "string") return "arrived";
  if (status === 401) return "sign in";
  if (status === 403) return kind === "urn:stop-search:holder-not-in-force" ? "not in use" : kind === "urn:stop-search:forged" ? "ask anew" : "later";
  if (status === 409 && kind === "urn:stop-search:key-used-before") return "conflict";
  if (status === 422 || status === 413) return "fault";
  return "later";
}
