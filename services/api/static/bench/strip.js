// The strip under the player: where one is, what is marked, and a picture of the moment under the pointer.

import { clock, part, seconds } from "./times.js";

const STEPS = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 };

export async function readIndex(address) {
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

export function showMarks(player) {
  const strip = player.shown.querySelector("[data-strip]");
  for (const old of strip.querySelectorAll(".bench-strip__mark")) old.remove();
  for (const mark of player.shown.querySelectorAll("[data-marks] li")) {
    const shown = part("bench-strip__mark", strip), name = document.createElement("span");
    shown.style.left = `${(100 * mark.dataset.from) / player.length}%`;
    shown.style.width = `${(100 * (mark.dataset.to - mark.dataset.from)) / player.length}%`;
    name.textContent = mark.textContent;
    shown.append(name);
  }
}

export function makeStrip(player, cues) {
  const strip = player.shown.querySelector("[data-strip]");
  const done = part("bench-strip__done", strip);
  const preview = part("bench-preview", strip);
  const label = document.createElement("span");
  preview.append(label);
  preview.hidden = true;
  showMarks(player);
  strip.hidden = false;
  strip.tabIndex = 0;
  for (const [name, value] of Object.entries({ role: "slider", "aria-label": "Moment in the footage", "aria-valuemin": "0" })) strip.setAttribute(name, value);

  const at = (event) => {
    const box = strip.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * player.length;
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
  strip.addEventListener("pointermove", showPreview);
  strip.addEventListener("pointerleave", () => { preview.hidden = true; });
  strip.addEventListener("pointerdown", (event) => { player.seek(at(event)); showPreview(event); });
  strip.addEventListener("keydown", (event) => {
    if (STEPS[event.key]) player.move(STEPS[event.key]);
    else if (event.key === "Home") player.seek(0);
    else if (event.key === "End") player.seek(player.length);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  player.follow(() => {
    done.style.width = `${(100 * player.at) / player.length}%`;
    strip.setAttribute("aria-valuemax", String(Math.round(player.length)));
    strip.setAttribute("aria-valuenow", String(Math.round(player.at)));
    strip.setAttribute("aria-valuetext", `${clock(Math.round(player.at))} of ${clock(Math.round(player.length))}`);
  });
}
