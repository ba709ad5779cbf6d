// Drawing boxes over a recording and choosing sound to cover. Saved as one works, box by box; a key frame is made where a box is moved.
"use strict";

const root = document.querySelector("[data-redaction]");
const find = (name) => document.querySelector(`[data-${name}]`);
const video = root.querySelector("video"), layer = find("boxes"), strip = find("strip"), address = root.dataset.redaction;
const readOnly = "readOnly" in root.dataset, EDGE = 0.05, NEW_SECONDS = 2, FRAME = 1 / 25;
const KIND = Object.fromEntries([...find("kind").options].map((one) => [one.value, one.textContent]));
const KEYS = { k: "play", j: "second-back", l: "second-on", ",": "frame-back", ".": "frame-on", b: "add" };
let tracks = [], sounds = [], loudness = [], loudnessSeconds = 0.1, chosen = null, length = Number(root.dataset.length), drag = null, stretch = null;
let wasBusy = false;
const waiting = new Map();

const clamp = (value, least, most) => Math.min(most, Math.max(least, value));
const now = () => clamp(video.currentTime, 0, length);
const seconds = (value) => `${value.toFixed(2)} s`;
const first = (track) => track.key_frames[0][0];
const last = (track) => track.key_frames[track.key_frames.length - 1][0];
const one = () => tracks.find((track) => track.id === chosen);

function boxAt(track, at) {
  const frames = track.key_frames;
  if (at < first(track) - EDGE || at > last(track) + EDGE) return null;
  const after = frames.findIndex((frame) => frame[0] > at);
  if (after === 0) return frames[0].slice(1);
  if (after === -1) return frames[frames.length - 1].slice(1);
  const [before, following] = [frames[after - 1], frames[after]];
  const share = (at - before[0]) / (following[0] - before[0]);
  return before.slice(1).map((value, place) => value + (following[place + 1] - value) * share);
}

function nearest(track, at) {
  return boxAt(track, clamp(at, first(track), last(track)));
}

function tell(words, isBad) {
  find("saved").textContent = words;
  find("saved").toggleAttribute("data-is-bad", Boolean(isBad));
}

async function send(method, path, body) {
  const answer = await fetch(address + path, {
    method, credentials: "same-origin", body: body && JSON.stringify(body),
    headers: { accept: "application/json", "content-type": "application/json", "x-csrf-token": root.dataset.csrf },
  });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw new Error(told.detail || told.title || "The server did not take it.");
}

function save(path, body) {
  clearTimeout(waiting.get(path));
  tell("Saving…");
  waiting.set(path, setTimeout(async () => {
    try {
      await send(body ? "PUT" : "DELETE", path, body);
      waiting.delete(path);
      if (!waiting.size) tell("Saved");
      if (!wasBusy) find("words").textContent = "Not asked for yet: the copy is made of the boxes as they stand.";
    } catch (error) {
      tell(`Not saved: ${error.message}`, true);
    }
  }, 400));
}

const saveTrack = (track) => save(`/tracks/${track.id}`, { kind: track.kind, key_frames: track.key_frames });
const saveSound = (sound) => save(`/sounds/${sound.id}`, { start: sound.start, end: sound.end, cover: sound.cover });

function setFrame(track, at, box) {
  const rounded = Math.round(at * 1000) / 1000;
  const kept = track.key_frames.filter((frame) => Math.abs(frame[0] - rounded) > FRAME / 2);
  track.key_frames = [...kept, [rounded, ...box]].sort((a, b) => a[0] - b[0]);
  track.origin = "person";
}

function place(box) {
  const [left, top, width, height] = box;
  const w = clamp(width, 0.01, 1), h = clamp(height, 0.01, 1);
  return [clamp(left, 0, 1 - w), clamp(top, 0, 1 - h), w, h];
}

function add(box) {
  const at = now(), track = { id: crypto.randomUUID(), kind: "face", origin: "person", key_frames: [] };
  track.key_frames = [[at, ...box], [Math.max(at + FRAME, Math.min(length, at + NEW_SECONDS)), ...box]];
  tracks.push(track);
  choose(track.id);
  saveTrack(track);
}

function choose(id) {
  chosen = id;
  draw();
  const shown = layer.querySelector(`[data-id="${id}"]`);
  if (shown && document.activeElement === document.body) shown.focus();
}

function element(name, words, properties = {}) {
  const made = Object.assign(document.createElement(name), properties);
  made.textContent = words;
  return made;
}

function drawBoxes() {
  const at = now(), visible = new Map(tracks.map((track) => [track, boxAt(track, at)]).filter(([, box]) => box));
  const had = new Map([...layer.children].map((child) => [child.dataset.id, child]));
  for (const [track, box] of visible) {
    const shown = had.get(track.id) || layer.appendChild(element("button", "", { type: "button", className: "redact-box" }));
    had.delete(track.id);
    if (!shown.firstChild) shown.append(document.createElement("span"));
    Object.assign(shown.dataset, { id: track.id, origin: track.origin });
    shown.setAttribute("aria-pressed", String(track.id === chosen));
    shown.setAttribute("aria-label", `Box: ${KIND[track.kind]}, ${seconds(first(track))} to ${seconds(last(track))}`);
    ["left", "top", "width", "height"].forEach((side, number) => { shown.style[side] = `${100 * box[number]}%`; });
  }
  for (const gone of had.values()) gone.remove();
}

function row(list, words, isChosen, go, drop) {
  const line = document.createElement("li"), goes = element("button", words, { type: "button" });
  goes.setAttribute("aria-pressed", String(isChosen));
  goes.addEventListener("click", go);
  line.append(goes);
  if (drop && !readOnly) {
    const drops = element("button", "Delete", { type: "button" });
    drops.setAttribute("aria-label", `Delete ${words}`);
    drops.addEventListener("click", drop);
    line.append(drops);
  }
  list.append(line);
}

function drawLists() {
  const list = find("list"), heard = find("sounds"), track = one();
  list.replaceChildren();
  heard.replaceChildren();
  find("count").textContent = `(${tracks.length})`;
  for (const track of [...tracks].sort((a, b) => first(a) - first(b))) {
    const words = `${KIND[track.kind]}, ${seconds(first(track))} to ${seconds(last(track))}${track.origin === "detector" ? ", proposed" : ""}`;
    row(list, words, track.id === chosen, () => { seek(first(track)); choose(track.id); });
  }
  for (const sound of sounds) {
    const words = `${sound.cover === "tone" ? "Tone" : "Silence"}, ${seconds(sound.start)} to ${seconds(sound.end)}`;
    row(heard, words, false, () => seek(sound.start), () => {
      sounds = sounds.filter((other) => other !== sound);
      save(`/sounds/${sound.id}`);
      draw();
    });
  }
  find("one").hidden = !track || readOnly;
  if (!track) return;
  find("which").textContent = `${KIND[track.kind]}, ${seconds(first(track))} to ${seconds(last(track))}, ${track.key_frames.length} key frames`;
  find("kind").value = track.kind;
}

function drawStrip() {
  const scale = window.devicePixelRatio || 1, width = strip.clientWidth, height = 96, pen = strip.getContext("2d");
  const colours = getComputedStyle(root), ink = colours.getPropertyValue("--govuk-secondary-text-colour"), strong = colours.getPropertyValue("--govuk-link-colour");
  strip.width = width * scale;
  strip.height = height * scale;
  pen.scale(scale, scale);
  const x = (at) => (width * at) / (length || 1);
  pen.fillStyle = ink;
  loudness.forEach((level, number) => {
    const tall = Math.max(1, (level * 46) / 100);
    pen.fillRect(x(number * loudnessSeconds), 48 - tall, Math.max(1, x(loudnessSeconds) - 0.5), tall);
  });
  pen.fillStyle = "rgb(200 40 40 / .45)";
  for (const sound of [...sounds, ...(stretch ? [stretch] : [])]) pen.fillRect(x(sound.start), 0, Math.max(2, x(sound.end - sound.start)), 48);
  const lanes = Math.max(4, Math.min(9, tracks.length)), tall = 44 / lanes;
  [...tracks].sort((a, b) => first(a) - first(b)).forEach((track, number) => {
    pen.fillStyle = track.id === chosen ? strong : ink;
    pen.fillRect(x(first(track)), 51 + (number % lanes) * tall, Math.max(2, x(last(track) - first(track))), tall - 1.5);
  });
  pen.fillStyle = strong;
  pen.fillRect(x(now()) - 1, 0, 2, height);
  strip.setAttribute("aria-valuemax", String(Math.round(length)));
  strip.setAttribute("aria-valuenow", now().toFixed(1));
  strip.setAttribute("aria-valuetext", `${seconds(now())} of ${seconds(length)}`);
  find("clock").textContent = `${seconds(now())} of ${seconds(length)}`;
}

function draw() {
  drawBoxes();
  drawLists();
  drawStrip();
}

function seek(at) {
  video.currentTime = clamp(at, 0, Math.max(0, length - 0.01));
}

const ACTS = {
  play: () => (video.paused ? video.play() : video.pause()),
  "second-back": () => seek(now() - 1),
  "second-on": () => seek(now() + 1),
  "frame-back": () => seek(now() - FRAME),
  "frame-on": () => seek(now() + FRAME),
  add: () => add([0.4, 0.35, 0.2, 0.3]),
  "next-box": () => {
    const later = [...tracks].sort((a, b) => first(a) - first(b)), next = later[(later.findIndex((track) => track.id === chosen) + 1) % (later.length || 1)];
    if (next) { seek(first(next)); choose(next.id); }
  },
  begins: (track) => bound(track, (frame, at) => frame[0] >= at),
  ends: (track) => bound(track, (frame, at) => frame[0] <= at),
  whole: (track) => { const [start, end] = [nearest(track, 0), nearest(track, length)]; setFrame(track, 0, start); setFrame(track, length, end); },
  "drop-frame": (track) => {
    if (track.key_frames.length < 2) return;
    const near = track.key_frames.reduce((a, b) => (Math.abs(b[0] - now()) < Math.abs(a[0] - now()) ? b : a));
    track.key_frames = track.key_frames.filter((frame) => frame !== near);
  },
};

function bound(track, keeps) {
  const at = now(), box = nearest(track, at);
  track.key_frames = track.key_frames.filter((frame) => keeps(frame, at));
  setFrame(track, at, box);
  if (track.key_frames.length === 1) setFrame(track, at + FRAME, box);
}

function act(name) {
  if (name === "drop") return drop();
  if (name === "add-sound") return addSound();
  const track = one(), changes = ["begins", "ends", "whole", "drop-frame"].includes(name);
  if ((readOnly && (changes || name === "add")) || (changes && !track)) return undefined;
  ACTS[name](track);
  if (changes) { saveTrack(track); draw(); }
  return undefined;
}

function drop() {
  const track = one();
  if (!track || readOnly) return;
  tracks = tracks.filter((other) => other !== track);
  chosen = null;
  save(`/tracks/${track.id}`);
  draw();
}

function addSound() {
  const [start, end] = [find("from"), find("to")].map((field) => Number(field.value.replace(",", ".")));
  if (!(end > start && start >= 0) || readOnly) return tell("Not saved: the sound range must end after it begins.", true);
  const sound = { id: crypto.randomUUID(), start, end: Math.min(end, length), cover: find("cover").value };
  sounds.push(sound);
  stretch = null;
  saveSound(sound);
  draw();
  return undefined;
}

const spot = (event, over) => {
  const area = over.getBoundingClientRect();
  return [clamp((event.clientX - area.left) / area.width, 0, 1), clamp((event.clientY - area.top) / area.height, 0, 1)];
};

layer.addEventListener("pointerdown", (event) => {
  if (readOnly) return;
  video.pause();
  const shown = event.target.closest(".redact-box"), track = shown && tracks.find((each) => each.id === shown.dataset.id);
  if (track) choose(track.id);
  drag = { from: spot(event, layer), track, box: track && boxAt(track, now()), resizes: event.target.tagName === "SPAN" };
  layer.setPointerCapture(event.pointerId);
  if (shown) shown.focus();
  event.preventDefault();
});

layer.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = spot(event, layer), [dx, dy] = [x - drag.from[0], y - drag.from[1]];
  if (!drag.moved && Math.hypot(dx, dy) < 0.008) return;
  drag.moved = true;
  if (!drag.track) {
    drag.drawn = [Math.min(x, drag.from[0]), Math.min(y, drag.from[1]), Math.abs(dx), Math.abs(dy)];
    const ghost = layer.querySelector(".redact-ghost") || layer.appendChild(element("div", "", { className: "redact-box redact-ghost" }));
    ["left", "top", "width", "height"].forEach((side, number) => { ghost.style[side] = `${100 * drag.drawn[number]}%`; });
    return;
  }
  const [left, top, width, height] = drag.box;
  setFrame(drag.track, now(), place(drag.resizes ? [left, top, width + dx, height + dy] : [left + dx, top + dy, width, height]));
  drawBoxes();
});

layer.addEventListener("pointerup", () => {
  const done = drag;
  drag = null;
  layer.querySelector(".redact-ghost")?.remove();
  if (!done || !done.moved) return;
  if (done.track) { saveTrack(done.track); draw(); } else if (done.drawn[2] > 0.005 && done.drawn[3] > 0.005) add(place(done.drawn));
});

layer.addEventListener("focusin", (event) => {
  if (event.target.dataset.id && event.target.dataset.id !== chosen) { chosen = event.target.dataset.id; draw(); }
});

layer.addEventListener("keydown", (event) => {
  const track = one(), moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (!track || readOnly) return;
  if (event.key === "Delete" || event.key === "Backspace") drop();
  else if (moves) {
    const [left, top, width, height] = boxAt(track, now()) || nearest(track, now()), [dx, dy] = moves.map((way) => way * 0.01);
    setFrame(track, now(), place(event.shiftKey ? [left, top, width + dx, height + dy] : [left + dx, top + dy, width, height]));
    saveTrack(track);
    draw();
  } else return;
  event.preventDefault();
  event.stopPropagation();
});

strip.addEventListener("pointerdown", (event) => {
  const [x, y] = spot(event, strip);
  seek(x * length);
  if (y < 0.5 && !readOnly) stretch = { start: x * length, end: x * length, from: x * length };
  strip.setPointerCapture(event.pointerId);
});
strip.addEventListener("pointermove", (event) => {
  if (!stretch || stretch.from === undefined || !event.buttons) return;
  const at = spot(event, strip)[0] * length;
  Object.assign(stretch, { start: Math.min(at, stretch.from), end: Math.max(at, stretch.from) });
  drawStrip();
});
strip.addEventListener("pointerup", () => {
  if (!stretch || stretch.from === undefined) return;
  delete stretch.from;
  if (stretch.end - stretch.start < 0.1) stretch = null;
  else [find("from").value, find("to").value] = [stretch.start.toFixed(2), stretch.end.toFixed(2)];
  drawStrip();
});
strip.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
  if (!step) return;
  seek(now() + step);
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const name = KEYS[event.key.toLowerCase()];
  if (!name) return;
  event.preventDefault();
  act(name);
});
for (const button of root.querySelectorAll("[data-do]")) button.addEventListener("click", () => act(button.dataset.do));
for (const link of document.querySelectorAll("[data-at]")) link.addEventListener("click", (event) => { event.preventDefault(); seek(Number(link.dataset.at)); });
find("kind").addEventListener("change", () => { const track = one(); if (track) { track.kind = find("kind").value; saveTrack(track); draw(); } });
for (const name of ["timeupdate", "seeked", "loadedmetadata", "pause"]) video.addEventListener(name, draw);
video.addEventListener("play", () => { document.querySelector("[data-do=play]").textContent = "Stop"; const step = () => { drawBoxes(); if (!video.paused) requestAnimationFrame(step); }; step(); });
video.addEventListener("pause", () => { document.querySelector("[data-do=play]").textContent = "Play"; });
video.addEventListener("loadedmetadata", () => { find("stage").style.width = `min(100%, calc(56vh * ${video.videoWidth / video.videoHeight}))`; });
window.addEventListener("resize", drawStrip);
window.addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
find("ask")?.addEventListener("submit", (event) => { if (waiting.size) { event.preventDefault(); tell("Not everything is saved yet. Wait a moment, then ask again.", true); } });

async function watch() {
  try {
    const answer = await fetch(`${address}/stage`, { credentials: "same-origin", headers: { accept: "application/json", "x-unattended": "1" } });
    if (!answer.ok) return;
    const stage = await answer.json();
    find("words").textContent = stage.words;
    find("progress").hidden = !stage.is_busy;
    if (stage.per_cent === null) find("progress").removeAttribute("value"); else find("progress").value = stage.per_cent;
    if (find("ask-button")) find("ask-button").disabled = stage.state === "asked" || stage.state === "made";
    if (wasBusy && !stage.is_busy) { if (waiting.size) await load(); else location.reload(); }
    wasBusy = stage.is_busy;
    if (stage.is_busy) setTimeout(watch, 2000);
  } catch { setTimeout(watch, 10000); }
}

async function load() {
  const all = await send("GET", "/boxes");
  const unsaved = new Set([...waiting.keys()]);
  tracks = [...all.tracks.filter((track) => !unsaved.has(`/tracks/${track.id}`)), ...tracks.filter((track) => unsaved.has(`/tracks/${track.id}`))];
  sounds = all.sounds;
  loudness = all.loudness;
  loudnessSeconds = all.loudness_seconds;
  length = all.length_seconds || length;
  draw();
}

load().then(watch).catch((error) => tell(`The boxes could not be loaded: ${error.message}`, true));
