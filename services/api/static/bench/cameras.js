// Several cameras on one clock: another one is shown at the same moment of the day, or runs along beside the first.

const APART = 0.3; // seconds by which a second view may be off

export class Cameras {
  constructor(bench, shown) {
    Object.assign(this, { bench, shown, second: null });
  }

  links() { return [...document.querySelectorAll("[data-camera]")]; }

  wire(player) {
    this.player = player;
    for (const link of this.links()) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.show(link);
      });
    }
  }

  next() {
    const links = this.links();
    const place = links.findIndex((link) => link.hasAttribute("aria-current"));
    if (links.length > 1) this.show(links[(place + 1) % links.length]);
  }

  // The page itself shows another camera by its address; only its left half is put in place, so that nothing typed is touched.
  async show(link) {
    const { player } = this, isPlaying = player.video && !player.video.paused;
    const at = Math.max(0, player.at + Number(link.dataset.shift)), { speed, skips } = player;
    const address = new URL(link.href);
    address.searchParams.set("at", at.toFixed(2));
    if (player.video) player.video.pause();
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const look = page.querySelector("[data-look]");
      if (!answer.ok || !look) throw new Error("no such camera");
      document.querySelector("[data-look]").replaceWith(document.adoptNode(look));
    } catch {
      location.assign(address);
      return;
    }
    this.second = null;
    this.shown({ at, isPlaying, speed, skips });
    const current = this.links().find((one) => one.hasAttribute("aria-current"));
    if (current) current.focus();
  }

  toggleSecond() {
    const button = document.querySelector("[data-do=second]");
    if (!button) return;
    if (this.second) {
      this.second.remove();
      this.second = null;
    } else {
      this.open();
    }
    button.setAttribute("aria-pressed", String(Boolean(this.second)));
  }

  open() {
    const link = this.links().find((one) => !one.hasAttribute("aria-current") && one.dataset.video);
    if (!link) return;
    const video = document.createElement("video");
    Object.assign(video, { src: link.dataset.video, muted: true, playsInline: true, preload: "auto" });
    video.className = "bench-second";
    video.setAttribute("aria-label", `Second view: ${link.textContent}`);
    document.querySelector("[data-screen]").append(video);
    this.second = video;
    const shift = Number(link.dataset.shift), length = Number(link.dataset.seconds);
    this.player.follow(() => this.keepUp(video, shift, length));
  }

  keepUp(video, shift, length) {
    if (!video.isConnected) return;
    const first = this.player.video, at = first.currentTime + shift;
    video.hidden = at < 0 || at > length; // this camera did not run then
    if (video.hidden) { video.pause(); return; }
    video.playbackRate = first.playbackRate;
    if (Math.abs(video.currentTime - at) > APART) video.currentTime = at;
    if (first.paused && !video.paused) video.pause();
    else if (!first.paused && video.paused) video.play().catch(() => {});
  }
}
