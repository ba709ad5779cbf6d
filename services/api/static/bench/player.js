// The recording that is shown: play, seek, speed, one picture at a time, and hurrying through silence.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const HURRY = 4;
const ONE_PICTURE = 1 / 25;
const MOVES = ["timeupdate", "seeking", "loadedmetadata", "play", "pause", "ratechange"];

export class Player {
  constructor(shown) {
    this.shown = shown;
    this.video = shown.querySelector("video");
    this.footage = shown.dataset.footage;
    this.quiet = JSON.parse(shown.dataset.quiet || "[]");
    this.speed = 1;
    this.skips = false;
    if (this.video) this.follow(() => this.tell());
  }

  get length() {
    const known = this.video ? this.video.duration : NaN;
    return Number.isFinite(known) && known > 0 ? known : Number(this.shown.dataset.seconds);
  }

  get at() { return this.video ? this.video.currentTime : 0; }

  follow(told) {
    for (const name of MOVES) this.video.addEventListener(name, told);
    told();
  }

  seek(seconds) {
    if (this.video) this.video.currentTime = Math.min(Math.max(0, seconds), Math.max(0, this.length - 0.05));
  }

  move(seconds) { this.seek(this.at + seconds); }

  onePicture(direction) {
    this.video.pause();
    this.move(direction * ONE_PICTURE);
  }

  play() {
    if (this.video.paused) this.video.play().catch(() => {});
    else this.video.pause();
  }

  faster(step) {
    const place = SPEEDS.indexOf(this.speed) + step;
    this.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, place))]);
  }

  nextSpeed() { this.setSpeed(SPEEDS[(SPEEDS.indexOf(this.speed) + 1) % SPEEDS.length]); }

  setSpeed(speed) {
    this.speed = speed;
    this.tell();
  }

  toggleSkip() {
    this.skips = this.quiet.length > 0 && !this.skips;
    this.tell();
  }

  isQuiet() {
    return this.quiet.some(([from, to]) => this.at >= from && this.at < to);
  }

  // Silence is not left out: it is played at 4×, so that what is to be seen in it is seen.
  tell() {
    const rate = this.skips && this.isQuiet() ? Math.max(HURRY, this.speed) : this.speed;
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
    this.say("[data-speed]", `${rate}×`);
    this.say("[data-plays]", this.video.paused ? "Play" : "Stop");
    const skip = this.shown.querySelector("[data-do=skip]");
    if (skip) skip.setAttribute("aria-pressed", String(this.skips));
  }

  say(where, words) {
    const found = this.shown.querySelector(where);
    if (found && found.textContent !== words) found.textContent = words;
  }
}
