// The workbench's scripts, put together. Everything here can be done without them: the browser's own player, links to moments, typed times.

import { Cameras } from "./cameras.js";
import { choose, listen, toggleKeys } from "./keys.js";
import { followTimeline } from "./lanes.js";
import { Moments } from "./moments.js";
import { Player } from "./player.js";
import { Saving } from "./saving.js";
import { makeStrip, readIndex, showMarks } from "./strip.js";
import { Watching } from "./watched.js";

const bench = document.querySelector("[data-bench]");
const form = document.querySelector("form[data-keeps]");
let player = null;

const saving = form && new Saving(form, (kept) => {
  showLanes(kept.lanes);
  const marked = document.querySelector("[data-marked]");
  if (marked) marked.textContent = String(kept.marked);
});
const moments = form && new Moments(() => player);
const watching = bench.dataset.watch !== undefined && new Watching(bench.dataset.bench, bench.dataset.csrf, (told) => showLanes(told.lanes));
const cameras = new Cameras(bench, start);

function showLanes(lanes) {
  const box = document.querySelector("[data-own-lanes]");
  if (!lanes || !box) return;
  box.innerHTML = lanes;
  showMarks(player);
}

// Called for the recording of the page, and for each that takes its place.
function start(before) {
  const shown = document.querySelector("[data-player]");
  player = shown && new Player(shown);
  if (!player || !player.video) return;
  shown.querySelector("[data-tools]").hidden = false;
  if (before) {
    Object.assign(player, { speed: before.speed, skips: before.skips && player.quiet.length > 0 });
    player.video.addEventListener("loadedmetadata", () => { player.seek(before.at); if (before.isPlaying) player.play(); }, { once: true });
    const field = document.querySelector("[data-shown-camera]");
    if (field) field.value = player.footage;
  }
  for (const button of shown.querySelectorAll("[data-do]")) button.addEventListener("click", () => act(button.dataset.do));
  for (const link of document.querySelectorAll("[data-look] [data-at]")) {
    link.addEventListener("click", (event) => { event.preventDefault(); player.seek(Number(link.dataset.at)); });
  }
  const pin = moments && moments.canPin ? (from, to) => moments.pin(from, to) : null;
  for (const timeline of shown.querySelectorAll("[data-timeline]")) followTimeline(player, timeline, pin);
  if (watching) watching.follow(player);
  cameras.wire(player);
  const ready = shown.dataset.index ? readIndex(shown.dataset.index).catch(() => []) : Promise.resolve([]);
  const own = player;
  ready.then((cues) => makeStrip(own, cues));
}

function act(what) {
  if (!player || !player.video) return;
  const does = {
    back: () => player.move(-10),
    on: () => player.move(10),
    play: () => player.play(),
    slower: () => player.faster(-1),
    faster: () => player.faster(1),
    skip: () => player.toggleSkip(),
    second: () => cameras.toggleSecond(),
  };
  does[what]();
}

function withVideo(does) {
  return () => { if (player && player.video) does(); };
}

async function go(where) {
  const there = document.querySelector(where);
  if (!there) return;
  if (saving) await saving.now();
  if (saving && saving.failed) return; // what could not be kept must not be left
  if (there.href) location.assign(there.href);
  else location.assign(there.dataset.path);
}

const acts = {
  k: withVideo(() => player.play()), " ": withVideo(() => player.play()),
  j: withVideo(() => player.move(-10)), l: withVideo(() => player.move(10)),
  ArrowLeft: withVideo(() => player.move(-5)), ArrowRight: withVideo(() => player.move(5)),
  "Shift+ArrowLeft": withVideo(() => player.move(-1)), "Shift+ArrowRight": withVideo(() => player.move(1)),
  ",": withVideo(() => player.onePicture(-1)), ".": withVideo(() => player.onePicture(1)),
  "<": withVideo(() => player.faster(-1)), ">": withVideo(() => player.faster(1)), s: withVideo(() => player.nextSpeed()),
  x: withVideo(() => player.toggleSkip()), c: withVideo(() => cameras.next()), v: withVideo(() => cameras.toggleSecond()),
  m: withVideo(() => moments && moments.mark()),
  n: () => choose("not_applicable"), o: () => choose("not_observable"),
  e: () => { const note = document.getElementById("evidence"); if (note) note.focus(); },
  "[": () => go("[data-before]"), "]": () => go("[data-next]"),
  "?": toggleKeys,
};
for (const level of ["0", "1", "2", "3"]) acts[level] = () => choose(level);

start(null);
listen(acts);
