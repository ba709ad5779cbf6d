// What was really played is reported while it plays, every few seconds, as stretches of the recording.

const EVERY = 5000; // milliseconds
const LOOK = 100;
const A_JUMP = 1.5; // seconds between two looks, times the speed: more was skipped and not watched

export class Watching {
  constructor(base, csrf, shown) {
    Object.assign(this, { base, csrf, shown, spans: [], span: null, player: null });
    setInterval(() => this.report(), EVERY);
    setInterval(() => { if (this.player) this.look(); }, LOOK); // a player tells its time four times a second, which at 4× is a second
    addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.report(true); });
    addEventListener("pagehide", () => this.report(true));
  }

  follow(player) {
    this.report();
    this.player = player;
    this.span = null;
    const { video } = player;
    video.addEventListener("timeupdate", () => this.look());
    video.addEventListener("seeking", () => { this.span = null; });
    for (const name of ["play", "seeked"]) video.addEventListener(name, () => { if (!video.paused && !this.span) this.begin(video.currentTime); });
    for (const name of ["pause", "ended"]) video.addEventListener(name, () => { this.look(); this.span = null; this.report(); });
  }

  look() {
    const { video } = this.player, at = video.currentTime;
    if (video.seeking || (video.paused && !this.span)) return;
    const isOn = this.span && at >= this.span[1] && at - this.span[1] < A_JUMP * Math.max(1, video.playbackRate);
    if (isOn) this.span[1] = at;
    else if (!video.paused) this.begin(at);
  }

  begin(at) { this.spans.push((this.span = [at, at])); }

  async report(isLeaving = false) {
    const spans = this.spans.filter(([from, to]) => to > from);
    if (!spans.length || !this.player) return;
    const footage = this.player.footage;
    this.spans = [];
    if (this.span) this.spans.push((this.span = [this.span[1], this.span[1]]));
    try {
      const answer = await fetch(`${this.base}/watched`, {
        method: "POST",
        body: new URLSearchParams({ csrf: this.csrf, footage, spans: JSON.stringify(spans) }),
        headers: { accept: "application/json", "x-unattended": "1" },
        credentials: "same-origin",
        keepalive: isLeaving,
      });
      if (answer.ok) this.shown(await answer.json());
    } catch {
      if (this.player.footage === footage) this.spans.unshift(...spans); // with the next report
    }
  }
}
