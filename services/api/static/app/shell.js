// The worker: keeps the app's own files on the phone, so that it opens without a signal, and sends what waits when the signal is back.
// It keeps files only, never an answer with anything in it about a person.

import { fetchLists, send } from "./sender.js";

export function serve({ cache, page, files }) {
  self.addEventListener("install", (event) => event.waitUntil(Promise.all([fetchAll(cache, [page, ...files]), fetchLists()])));
  self.addEventListener("activate", (event) => event.waitUntil(takeOver(cache)));
  self.addEventListener("message", (event) => { if (event.data === "take over") self.skipWaiting(); });
  self.addEventListener("sync", (event) => { if (event.tag === "send") event.waitUntil(sendAll()); });
  self.addEventListener("fetch", (event) => {
    const { pathname } = new URL(event.request.url);
    const isPage = event.request.mode === "navigate" && pathname === page;
    if (event.request.method === "GET" && (isPage || files.some((file) => event.request.url.endsWith(file)))) event.respondWith(kept(cache, event.request, isPage ? page : null));
  });
}

// All of a version or none of it: a file that cannot be had, or a page that asks to sign in first, leaves the version of before in place.
async function fetchAll(cache, addresses) {
  const box = await caches.open(cache);
  await Promise.all(addresses.map(async (address) => {
    const answer = await fetch(address, { cache: "no-cache", redirect: "error", credentials: "same-origin" });
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    await box.put(address, answer);
  }));
}

async function takeOver(cache) {
  for (const name of await caches.keys()) if (name.startsWith("app-") && name !== cache) await caches.delete(name);
  await self.clients.claim();
}

async function kept(cache, request, page) {
  const box = await caches.open(cache);
  return (await box.match(page ?? request)) ?? fetch(request);
}

// An error makes the browser try again later, by and by.
async function sendAll() {
  const stands = await send({ officer: false });
  if (stands === "no signal") throw new Error(stands);
}
