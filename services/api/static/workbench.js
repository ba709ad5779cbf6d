// The player's niceties: a strip with a picture for the moment under the pointer, keys, and "use this moment".
// Everything it does can be done without it: the browser's own player, links to moments, times typed by hand.
"use strict";

const player = document.querySelector("[data-player]");
const video = player && player.querySelector("video");
const KEYS = { j: "back", l: "on", k: "play", s: "faster", m: "moment" };
const SPEEDS = [1, 1.5, 2, 0.5];

function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10), rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60, hours = Math.floor(whole / 3600);
  const shown = rest + (tenths % 10 ? "." + (tenths % 10) : "");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${shown}` : `${minutes}:${shown}`;
}

function length() {
  return Number.isFinite(video.duration) && video.duration > 0 ? video.duration : Number(player.dataset.seconds);
}

function seek(seconds) {
  video.currentTime = Math.min(Math.max(0, seconds), Math.max(0, length() - 0.05));
}

function seconds(written) {
  return written.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

async function readIndex(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) return [];
  const cues = [];
  for (const block of (await answer.text()).split(/\r?\n\r?\n/)) {
    const found = block.match(/([\d:.]+) --> ([\d:.]+)[^\n]*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/);
    if (!found) continue;
    const [, from, to, sheet, ...place] = found;
    cues.push({ from: seconds(from), to: seconds(to), sheet: new URL(sheet, new URL(address, location.href)).href, place: place.map(Number) });
  }
  return cues;
}

function part(name, parent) {
  const made = document.createElement("div");
  made.className = name;
  parent.append(made);
  return made;
}

function makeStrip(cues) {
  const strip = player.querySelector("[data-strip]");
  const done = part("bench-strip__done", strip);
  const preview = part("bench-preview", strip);
  const label = document.createElement("span");
  preview.append(label);
  preview.hidden = true;
  for (const mark of player.querySelectorAll("[data-marks] li")) {
    const shown = part("bench-strip__mark", strip), name = document.createElement("span");
    shown.style.left = `${(100 * mark.dataset.from) / length()}%`;
    shown.style.width = `${(100 * (mark.dataset.to - mark.dataset.from)) / length()}%`;
    name.textContent = mark.textContent;
    shown.append(name);
  }
  strip.hidden = false;
  strip.tabIndex = 0;
  for (const [name, value] of Object.entries({ role: "slider", "aria-label": "Moment in the footage", "aria-valuemin": "0" })) strip.setAttribute(name, value);

  const at = (event) => {
    const box = strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * length();
  };
  const showPreview = (event) => {
    const moment = at(event);
    const cue = cues.find((one) => moment >= one.from && moment < one.to) || cues[cues.length - 1];
    if (!cue) return;
    const [left, top, width, height] = cue.place;
    preview.hidden = false;
    preview.style.backgroundImage = `url("${cue.sheet}")`;
    preview.style.backgroundPosition = `-${left}px -${top}px`;
    preview.style.width = `${width}px`;
    preview.style.height = `${height}px`;
    const middle = event.clientX - strip.getBoundingClientRect().left - width / 2;
    preview.style.left = `${Math.max(0, Math.min(strip.clientWidth - width - 4, middle))}px`;
    label.textContent = clock(moment);
  };
  const tell = () => {
    done.style.width = `${(100 * video.currentTime) / length()}%`;
    strip.setAttribute("aria-valuemax", String(Math.round(length())));
    strip.setAttribute("aria-valuenow", String(Math.round(video.currentTime)));
    strip.setAttribute("aria-valuetext", `${clock(Math.round(video.currentTime))} of ${clock(Math.round(length()))}`);
  };
  strip.addEventListener("pointermove", showPreview);
  strip.addEventListener("pointerleave", () => { preview.hidden = true; });
  strip.addEventListener("pointerdown", (event) => { seek(at(event)); showPreview(event); });
  strip.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 }[event.key];
    if (step) seek(video.currentTime + step);
    else if (event.key === "Home") seek(0);
    else if (event.key === "End") seek(length());
    else return;
    event.preventDefault();
  });
  for (const name of ["timeupdate", "seeking", "loadedmetadata"]) video.addEventListener(name, tell);
  tell();
}

function followTimeline(timeline) {
  const now = timeline.querySelector("[data-now]");
  const tell = () => { now.style.left = `${Math.min(100, (100 * video.currentTime) / length())}%`; };
  now.hidden = false;
  timeline.classList.add("bench-timeline--live");
  timeline.addEventListener("click", (event) => {
    const box = timeline.getBoundingClientRect();
    seek(((event.clientX - box.left) / box.width) * length());
  });
  for (const name of ["timeupdate", "seeking", "loadedmetadata"]) video.addEventListener(name, tell);
  tell();
}

function useMoment(name) {
  const from = document.getElementById("evidence_from"), to = document.getElementById("evidence_to");
  const field = name ? document.getElementById(name) : from && from.value && !to.value ? to : from;
  if (!field) return;
  field.value = clock(video.currentTime);
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function act(what) {
  if (what === "back") seek(video.currentTime - 10);
  if (what === "on") seek(video.currentTime + 10);
  if (what === "play") video.paused ? video.play() : video.pause();
  if (what === "moment") useMoment();
  if (what === "faster") {
    video.playbackRate = SPEEDS[(SPEEDS.indexOf(video.playbackRate) + 1) % SPEEDS.length];
    player.querySelector("[data-speed]").textContent = String(video.playbackRate);
  }
}

if (video) {
  player.querySelector("[data-tools]").hidden = false;
  for (const button of player.querySelectorAll("[data-do]")) button.addEventListener("click", () => act(button.dataset.do));
  for (const link of player.querySelectorAll("[data-at]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); seek(Number(link.dataset.at)); });
  }
  for (const timeline of player.querySelectorAll("[data-timeline]")) followTimeline(timeline);
  for (const button of document.querySelectorAll("[data-use]")) {
    button.hidden = false;
    button.addEventListener("click", () => useMoment(button.dataset.use));
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const what = KEYS[event.key.toLowerCase()];
    if (!what) return;
    event.preventDefault();
    act(what);
  });
  (player.dataset.index ? readIndex(player.dataset.index).catch(() => []) : Promise.resolve([])).then(makeStrip);
}
