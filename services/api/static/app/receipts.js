// The receipts of one stop on the screen, one for each person, also without a signal: the person scans it with their own phone.

import { button, drawnQr, heading, link, make, paragraph, unseen } from "./elements.js";

// `shown`: { receipts, reference } of a record that waits or was sent; `n` counts people from 1.
export function receiptView(app, { receipts, reference, key }, n) {
  const receipt = receipts[n - 1];
  const [last, others] = [receipts.length, receipts.length > 1];
  return make("div", { class: "app-receipt" },
    heading(1, others ? `Receipt of person ${n} of ${last}` : "Receipt"),
    receipt ? drawn(receipt) : paragraph("There was no code left on this phone. The receipt of this person comes when the record is sent."),
    others && make("nav", { class: "app-steps", "aria-label": "Receipts" },
      n > 1 && step(app, key, n - 1, "Back"),
      n < last && step(app, key, n + 1, "Next person")),
    button(n < last ? "Leave the receipts" : "Done", () => app.go("#/"), { kind: n < last ? "secondary" : "" }),
    reference && receipt && forms(reference, n));
}

function drawn({ code, check_words, url, qr }) {
  return make("div", { class: "app-paper" },
    make("p", { class: "app-paper__hint" }, "Turn the phone round. Make the screen bright. They scan this with their own phone."),
    qr ? drawnQr(qr, `QR code of the receipt: ${url}`) : null,
    make("p", { class: "app-paper__code" }, unseen("Code: "), code.split("-").map((group) => make("span", {}, group))),
    make("p", { class: "app-paper__words" }, "Check words: ", make("strong", {}, check_words)),
    make("p", { class: "app-paper__url" }, `${url.replace(/^https?:\/\//, "").replace(/\/r\/.*$/, "/r")}`));
}

function step(app, key, n, words) {
  return button(words, () => app.go(`#/receipts/${key}/${n}`), { kind: words === "Back" ? "secondary" : "" });
}

function forms(reference, n) {
  const at = `/officer/stops/${reference}/receipts/${n}`;
  return make("ul", { class: "govuk-list app-links" },
    make("li", {}, link(`${at}/a6`, "Print it (PDF)")),
    make("li", {}, link(`${at}/html`, "Save it as a page to send")),
    make("li", {}, link(`/officer/stops/${reference}`, "More forms, and the record")));
}

// Swiping left or right goes to the next or the last person.
export function swiping(element, act) {
  let from = null;
  element.addEventListener("touchstart", (event) => { from = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
  element.addEventListener("touchend", (event) => {
    const to = event.changedTouches[0];
    if (from && Math.abs(to.clientX - from.clientX) > 60 && Math.abs(to.clientY - from.clientY) < 60) act(to.clientX < from.clientX ? 1 : -1);
    from = null;
  }, { passive: true });
}
