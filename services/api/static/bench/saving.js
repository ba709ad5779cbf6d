// What stands in the form is saved a moment after each change. A newer answer from another window is never overwritten: both are shown.

const RESTS = 700; // milliseconds without a change
const AGAIN = 5000; // after a save that did not get through

export class Saving {
  constructor(form, told) {
    Object.assign(this, { form, told, changed: false, sending: null, timer: 0, savedAt: null, failed: "" });
    this.says = form.querySelector("[data-saved]");
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => this.later());
    addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.now(true); });
    addEventListener("pagehide", () => this.now(true));
    setInterval(() => this.say(), 1000);
    const conflict = document.querySelector("[data-conflict]");
    if (conflict) conflict.addEventListener("submit", (event) => this.beforeChoice(event));
    form.addEventListener("submit", (event) => this.handsIn(event));
    addEventListener("beforeunload", (event) => { if (this.failed && this.changed && !this.isLeaving) event.preventDefault(); });
  }

  get isSaved() { return !this.changed && !this.sending; }

  later() {
    this.changed = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), RESTS);
    this.say();
  }

  // The form itself goes now: what waited to be saved is in it, and would come too late beside it.
  handsIn(event) {
    if (event.defaultPrevented) return;
    this.isLeaving = true;
    this.changed = false;
    clearTimeout(this.timer);
  }

  // One save at a time, in order: what changes meanwhile goes with the next. Whoever leaves the page waits for none.
  async now(isLeaving = false) {
    clearTimeout(this.timer);
    if (this.sending && !isLeaving) await this.sending;
    if (!this.changed) return;
    this.changed = false;
    const sending = Promise.resolve().then(() => this.send(isLeaving));
    this.sending = sending;
    await sending;
    if (this.sending === sending) this.sending = null;
    this.say();
  }

  async send(isLeaving) {
    this.say("Saving …");
    try {
      const answer = await fetch(this.form.dataset.keeps, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        headers: { accept: "application/json" },
        credentials: "same-origin",
        keepalive: isLeaving,
      });
      const kept = await answer.json();
      if (answer.ok) this.kept(kept);
      else if (answer.status === 409 && kept.conflict) this.conflict(kept);
      else this.refused(kept.detail || "This could not be saved. Load the page again.");
    } catch {
      this.changed = true;
      this.failed = "Not saved: no answer from the site. Trying again …";
      this.timer = setTimeout(() => this.now(), AGAIN);
    }
  }

  kept(kept) {
    this.failed = "";
    this.savedAt = Date.now();
    this.form.querySelector("[data-revision]").value = String(kept.revision);
    this.problems = Object.values(kept.problems);
    this.told(kept);
  }

  conflict(kept) {
    this.failed = "Changed in another window: choose above";
    const box = document.querySelector("[data-conflict]"), isNew = !box.querySelector("table");
    box.innerHTML = kept.conflict;
    if (isNew) box.scrollIntoView({ block: "nearest" });
  }

  // It goes with the next change, for instance after somebody has signed in again in another window.
  refused(words) {
    this.changed = true;
    this.failed = words;
  }

  // Both answers are as new as can be before one is chosen.
  beforeChoice(event) {
    if (this.isSaved || this.isLeaving) return;
    event.preventDefault();
    const { target, submitter } = event;
    this.now().then(() => {
      this.isLeaving = true;
      const shown = document.querySelector(`[data-conflict] button[value=${submitter.value}]`);
      if (shown) shown.click();
      else target.requestSubmit(submitter);
    });
  }

  say(words) {
    this.says.dataset.state = this.failed ? "failed" : this.isSaved ? "saved" : "changed";
    const missing = this.problems && this.problems.length ? `, not complete: ${this.problems[0].split(/[.:] /)[0]}` : "";
    const shown = words || this.failed || (this.savedAt ? `Saved ${ago(this.savedAt)}${missing}` : "");
    if (!shown || this.says.textContent === shown) return;
    // What only counts seconds is not read out each time.
    this.says.setAttribute("aria-live", words || this.failed ? "polite" : "off");
    this.says.textContent = shown;
    this.says.classList.toggle("site-late", Boolean(this.failed));
  }
}

function ago(moment) {
  const passed = Math.round((Date.now() - moment) / 1000);
  if (passed < 2) return "just now";
  return passed < 100 ? `${passed} s ago` : `${Math.round(passed / 60)} min ago`;
}
