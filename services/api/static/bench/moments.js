// Rows of times: the key M and a drag along the timeline fill them in, "Now" fills one field, × takes a row away.

import { clock, seconds } from "./times.js";

export class Moments {
  constructor(player) {
    this.player = player;
    this.box = document.querySelector("[data-moments]");
    this.wire(document);
    for (const hint of document.querySelectorAll("[data-scripted]")) hint.hidden = false;
  }

  get canPin() { return Boolean(this.box && !this.box.closest("fieldset[disabled]")); }

  wire(within) {
    for (const button of within.querySelectorAll("[data-use]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.use(button.dataset.use));
    }
    for (const button of within.querySelectorAll("[data-remove]")) {
      button.hidden = false;
      button.addEventListener("click", () => this.remove(button.closest("[data-moment]")));
    }
  }

  use(id) {
    const field = document.getElementById(id);
    if (!field || field.matches(":disabled")) return;
    this.fill(field, this.player().at);
    const row = field.closest("[data-moment], [data-item], [data-flag]");
    this.fillCamera(row);
    if (row && row.dataset.flag) this.tick(row.dataset.flag);
    this.spare();
  }

  // M: in a row of an item or a flag its field; else the start of a new row, and at the second press its end.
  mark() {
    const near = document.activeElement && document.activeElement.closest(".bench-item, [data-flag], .bench-flagged");
    const field = near && near.querySelector("[data-use]");
    if (field) {
      const start = near.querySelector("input[id$=_from]"), end = near.querySelector("input[id$=_to]");
      this.use(end && start.value && !end.value ? end.id : field.dataset.use);
      return;
    }
    if (!this.canPin) return;
    const open = this.rows().find((row) => this.field(row, "from").value && !this.field(row, "to").value);
    const now = this.player().at;
    if (open && seconds(this.field(open, "from").value) <= now) this.fill(this.field(open, "to"), now);
    else this.pin(now);
  }

  pin(from, to) {
    if (!this.canPin) return;
    const row = this.rows().find((one) => this.isEmpty(one)) || this.spare();
    this.fill(this.field(row, "from"), from);
    if (to !== undefined) this.fill(this.field(row, "to"), to);
    this.fillCamera(row);
    this.spare();
  }

  rows() { return this.box ? [...this.box.querySelectorAll("[data-moment]")] : []; }

  field(row, end) { return row.querySelector(`[name=evidence_${end}]`); }

  isEmpty(row) { return ["from", "to", "about"].every((end) => !this.field(row, end).value); }

  fill(field, moment) {
    field.value = clock(Math.floor(moment * 10) / 10); // never after the end
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  fillCamera(row) {
    const camera = row && row.querySelector("[data-camera-field]");
    if (camera) camera.value = this.player().footage;
  }

  tick(flag) {
    const box = document.getElementById(`flag-${flag}`);
    if (box && !box.checked) box.click();
  }

  remove(row) {
    for (const end of ["from", "to", "about"]) this.field(row, end).value = "";
    if (this.rows().length > 1) row.remove();
    this.box.dispatchEvent(new Event("change", { bubbles: true }));
    this.spare();
  }

  // There is always one row in which nothing is typed yet.
  spare() {
    const rows = this.rows();
    const last = rows[rows.length - 1];
    if (!last || this.isEmpty(last)) return last;
    const row = last.cloneNode(true);
    const number = 1 + Math.max(...rows.map((one) => Number(one.dataset.moment)));
    row.dataset.moment = String(number);
    row.classList.remove("govuk-form-group--error");
    for (const error of row.querySelectorAll(".govuk-error-message")) error.remove();
    const renamed = (id) => id.replace(/_\d+$/, "") + `_${number}`;
    for (const one of row.querySelectorAll("[id]")) one.id = renamed(one.id);
    for (const one of row.querySelectorAll("[for]")) one.htmlFor = renamed(one.htmlFor);
    for (const one of row.querySelectorAll("[data-use]")) one.dataset.use = renamed(one.dataset.use);
    for (const one of row.querySelectorAll("input:not([type=hidden])")) { one.value = ""; one.classList.remove("govuk-input--error"); }
    this.box.append(row);
    this.wire(row);
    return row;
  }
}
