// The keys of the workbench. Whoever types in a field types: keys count again once the field is left (Esc).

const TYPING = "input:not([type=radio]):not([type=checkbox]), textarea, select";
const OWN_KEYS = "button, a, summary, video, [role=slider]"; // what Space and arrows mean there is the browser's

export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    const at = event.target instanceof Element ? event.target : document.body;
    if (event.key === "Escape") { leave(at); return; }
    if (at.closest(TYPING) || event.ctrlKey || event.metaKey || event.altKey) return;
    const isArrow = event.key.startsWith("Arrow"), isRadio = at.closest("input[type=radio], input[type=checkbox]");
    if ((isArrow || event.key === " ") && (isRadio || at.closest(OWN_KEYS))) return;
    const name = isArrow && event.shiftKey ? `Shift+${event.key}` : event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = acts[name];
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function leave(at) {
  const keys = document.querySelector("[data-keys][open]");
  if (keys) keys.open = false;
  else if (at.closest(TYPING)) at.blur();
}

export function choose(value) {
  const box = document.querySelector(`input[name=answer][value="${value}"]`);
  if (!box || box.matches(":disabled")) return;
  if (!box.checked) box.click();
  const reason = document.getElementById(`${value}_reason`);
  if (reason) reason.focus();
  else box.closest(".govuk-radios__item").scrollIntoView({ block: "nearest" });
}

export function toggleKeys() {
  const keys = document.querySelector("[data-keys]");
  if (!keys) return;
  keys.open = !keys.open;
  if (keys.open) keys.querySelector("summary").focus();
}
