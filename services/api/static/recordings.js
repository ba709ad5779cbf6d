// Hands recordings in by tus 1.0, several one after the other: how far each is, how long it still takes, pause and go on. What has
// arrived is kept by the server; nothing is kept in this browser. Without this script the form sends one file by itself.
"use strict";

const form = document.querySelector("[data-hand-in]");
const PIECE = 8 * 1024 * 1024, END = 1024 * 1024, TUS = { "Tus-Resumable": "1.0.0" };
const LONGEST_WAIT = 30, STEADY = 0.3;
const files = [];
let isSending = false, isWanted = false;

function size(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(1)} GB`;
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} KB`;
}

function time(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

class Stopped extends Error {}
class Refused extends Error {}
class LineBroken extends Error {}

function ask(method, address, headers = {}, body = null, moved = () => {}, started = () => {}) {
  return new Promise((done, broken) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    const all = { ...TUS, "X-CSRF-Token": form.elements.csrf.value, Accept: "application/json", ...headers };
    for (const [name, value] of Object.entries(all)) request.setRequestHeader(name, value);
    request.upload.onprogress = (event) => moved(event.loaded);
    request.onload = () => done(request);
    request.onerror = request.ontimeout = () => broken(new LineBroken());
    request.onabort = () => broken(new Stopped());
    started(request);
    request.send(body);
  });
}

function words(request) {
  try {
    const said = JSON.parse(request.responseText);
    return (said.errors || []).map((one) => one.message).join(" ") || said.detail || said.title;
  } catch {
    return "";
  }
}

function refuseOrWait(request) {
  if (request.status === 401 || request.status === 403) {
    throw new Refused("You were signed out. Load this page again and sign in, then choose the file again: it goes on where it stopped.");
  }
  if (request.status === 429 || request.status >= 500 && request.status !== 507) throw new LineBroken();
  throw new Refused(words(request) || `The site answered ${request.status}. Nothing was lost: try again.`);
}

async function markOf(file) {
  const ends = [file.slice(0, END), file.slice(Math.max(0, file.size - END))];
  if (!window.crypto || !crypto.subtle) return `plain-${file.size}-${file.lastModified}`;
  const bytes = await new Blob([`${file.size} `, ...ends]).arrayBuffer();
  return Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)), (one) => one.toString(16).padStart(2, "0")).join("");
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

class Sending {
  constructor(file) {
    Object.assign(this, { file, offset: 0, speed: 0, address: "", isPaused: false, isOver: false, request: null });
    this.row = document.createElement("li");
    this.row.className = "site-file";
    this.name = this.part("p", "site-file__name", file.name);
    this.bar = this.part("progress", "site-file__bar");
    this.bar.max = file.size || 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", `How much of ${file.name} has arrived`);
    this.said = this.part("p", "site-file__said", `${size(file.size)}, ready`);
    this.buttons = this.part("div", "site-file__buttons");
    this.pause = this.button("Pause", () => (this.isPaused ? this.goOn() : this.hold("Paused.")));
    this.pause.hidden = true;
    this.remove = this.button("Remove", () => this.giveUp());
  }

  part(kind, name, text = "") {
    const made = document.createElement(kind);
    made.className = name;
    made.textContent = text;
    this.row.append(made);
    return made;
  }

  button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "govuk-button govuk-button--secondary";
    this.label(made, text);
    made.addEventListener("click", act);
    this.buttons.append(made);
    return made;
  }

  label(button, text) {
    button.textContent = text;
    button.setAttribute("aria-label", `${text}: ${this.file.name}`);
  }

  tell(text, isWrong = false) {
    this.said.textContent = text;
    this.said.toggleAttribute("data-wrong", isWrong);
  }

  show(offset) {
    this.bar.value = offset;
    const left = this.speed > 0 ? `, about ${time((this.file.size - offset) / this.speed)} left` : "";
    const share = this.file.size ? Math.floor((100 * offset) / this.file.size) : 100;
    this.tell(`${share}%, ${size(offset)} of ${size(this.file.size)}${left}`);
  }

  hold(why, isWrong = false) {
    this.isPaused = true;
    if (this.request) this.request.abort();
    this.pause.hidden = false;
    this.label(this.pause, "Go on");
    this.tell(isWrong ? why : `${why} ${size(this.offset)} of ${size(this.file.size)} is safe.`, isWrong);
  }

  goOn() {
    this.isPaused = false;
    this.label(this.pause, "Pause");
    this.tell("Waiting for its turn");
    send();
  }

  async giveUp() {
    this.isOver = true;
    if (this.request) this.request.abort();
    files.splice(files.indexOf(this), 1);
    this.row.remove();
    onlyOne();
    if (this.address) await ask("DELETE", this.address).catch(() => {});
  }

  async send() {
    this.pause.hidden = false;
    let waited = 1;
    while (!this.isPaused && !this.isOver) {
      try {
        await this.begin();
        while (this.offset < this.file.size) await this.sendPiece(() => { waited = 1; });
        await this.handIn();
        return;
      } catch (error) {
        if (error instanceof Refused) this.hold(error.message, true);
        else if (error instanceof LineBroken) waited = await this.wait(waited);
        else if (!(error instanceof Stopped)) throw error;
      }
    }
  }

  async wait(seconds) {
    this.speed = 0;
    for (let left = seconds; left > 0 && !this.isPaused && !this.isOver; left -= 1) {
      this.tell(`No connection. ${size(this.offset)} of ${size(this.file.size)} is safe. Trying again in ${left} s.`);
      await new Promise((done) => { setTimeout(done, 1000); window.addEventListener("online", done, { once: true }); });
    }
    return Math.min(LONGEST_WAIT, seconds * 2);
  }

  async begin() {
    if (!this.address) await this.find();
    if (!this.address) {
      const metadata = `filename ${base64(this.file.name)},mark ${base64(this.mark)}`;
      const made = await ask("POST", "/recordings/uploads", { "Upload-Length": String(this.file.size), "Upload-Metadata": metadata });
      if (made.status !== 201) refuseOrWait(made);
      this.address = made.getResponseHeader("Location");
    }
    const told = await ask("HEAD", this.address);
    if (told.status === 404 || told.status === 410) {
      this.address = "";
      this.found = true;
      throw new LineBroken();
    }
    if (told.status !== 200) refuseOrWait(told);
    this.offset = Number(told.getResponseHeader("Upload-Offset"));
    this.show(this.offset);
  }

  async find() {
    this.mark = this.mark || (await markOf(this.file));
    if (this.found) return;
    this.found = true;
    const begun = [...document.querySelectorAll("[data-begun] [data-upload]")];
    const same = begun.find((one) => one.dataset.mark === this.mark && Number(one.dataset.length) === this.file.size);
    if (!same) return;
    this.address = `/recordings/uploads/${same.dataset.upload}`;
    same.remove();
    const section = document.querySelector("[data-begun]");
    section.hidden = !section.querySelector("[data-upload]");
  }

  async sendPiece(arrived) {
    const from = this.offset, piece = this.file.slice(from, from + PIECE), began = performance.now();
    const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(from) };
    const moved = (bytes) => {
      const now = bytes / Math.max(0.001, (performance.now() - began) / 1000);
      this.speed = this.speed ? (1 - STEADY) * this.speed + STEADY * now : now;
      this.show(from + bytes);
    };
    const answer = await ask("PATCH", this.address, headers, piece, moved, (request) => { this.request = request; });
    this.request = null;
    if (answer.status === 409) throw new LineBroken();
    if (answer.status !== 204) refuseOrWait(answer);
    this.offset = Number(answer.getResponseHeader("Upload-Offset"));
    this.show(this.offset);
    arrived();
  }

  async handIn() {
    this.tell("All of it has arrived. It is being stored and checked.");
    const fields = new FormData(form);
    fields.delete("file");
    fields.set("upload", this.address.split("/").pop());
    const answer = await ask("POST", "/recordings", {}, fields);
    if (answer.status === 409) throw new LineBroken();
    if (answer.status !== 201) refuseOrWait(answer);
    this.isOver = true;
    this.pause.hidden = true;
    this.remove.hidden = true;
    this.bar.value = this.bar.max;
    this.tell("Received. ");
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = JSON.parse(answer.responseText).address;
    link.textContent = "See what became of it";
    this.said.append(link);
  }
}

function status(text) {
  document.querySelector("[data-status]").textContent = text;
}

function onlyOne() {
  document.querySelector("[data-only-one]").hidden = files.length > 1;
  if (files.length > 1) for (const field of document.querySelectorAll("[data-only-one] input")) field.value = "";
}

function add(chosen) {
  for (const file of chosen) {
    if (files.some((one) => !one.isOver && one.file.name === file.name && one.file.size === file.size)) continue;
    const one = new Sending(file);
    files.push(one);
    document.querySelector("[data-files]").append(one.row);
    if (file.size === 0) one.hold("This file is empty.", true);
    else if (file.size > Number(form.dataset.limit)) one.hold(`This file has ${size(file.size)}; at most ${size(Number(form.dataset.limit))} are accepted.`, true);
    one.isUseless = one.isPaused;
    one.pause.hidden = true;
  }
  onlyOne();
}

async function send() {
  if (isSending || !isWanted) return;
  isSending = true;
  status("Sending began.");
  let next;
  while ((next = files.find((one) => !one.isOver && !one.isPaused))) await next.send();
  isSending = false;
  const waiting = files.filter((one) => !one.isOver).length;
  status(waiting ? `Stopped. ${waiting} not handed in.` : "Everything was received.");
  refresh();
}

async function refresh() {
  const answer = await fetch(location.pathname, { headers: { "X-Unattended": "1" } }).catch(() => null);
  if (!answer || !answer.ok) return;
  const there = document.querySelector("[data-arrivals]");
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-arrivals]");
  if (fresh && !there.contains(document.activeElement)) there.replaceWith(fresh);
}

if (form && !form.elements.upload && window.FormData && window.XMLHttpRequest) {
  form.querySelector("[data-without-script]").remove();
  form.querySelector("[data-with-script]").hidden = false;
  const field = document.getElementById("files");
  field.addEventListener("change", () => { add(field.files); field.value = ""; });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    isWanted = true;
    if (!files.some((one) => !one.isOver && !one.isUseless)) {
      status("Choose a file first.");
      field.focus();
      return;
    }
    for (const one of files) if (one.isPaused && !one.isUseless) one.goOn();
    send();
  });
  window.addEventListener("beforeunload", (event) => { if (isSending) event.preventDefault(); });
  setInterval(() => { if (document.querySelector("[data-waiting]") && !document.hidden) refresh(); }, 10000);
}
