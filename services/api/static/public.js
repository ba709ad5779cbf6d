// Helps the pages for the public, which all work without it: steps are fetched into the page, so that the whole way is one entry of the
// tab's history; a lost line loses nothing; a reload brings back what was typed; and leaving by the button or Escape leaves nothing.
(() => {
  const DRAFT = "draft", LEFT = "left", TIMEOUT = 30000;
  const root = document.documentElement;
  const form = () => document.querySelector("form[data-draft]");
  let busy = false, again = null, told = {};

  // Only this tab's own storage, and none where the browser refuses it.
  const put = (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* then a reload starts anew */ } };
  const got = (name) => { try { return sessionStorage.getItem(name); } catch { return null; } };
  const drop = (name) => { try { sessionStorage.removeItem(name); } catch { /* nothing is there */ } };

  const fields = (of) => new URLSearchParams(new FormData(of));
  const remember = () => {
    if (form()) put(DRAFT, JSON.stringify([form().action, `${fields(form())}&go=stay`]));
  };
  const learn = () => {
    const line = document.querySelector("[data-lost]");
    if (line) told = { ...line.dataset };
  };
  const waits = (is) => { busy = is; root.classList.toggle("site-waits", is); };

  const show = (answer) => {
    const page = answer.response;
    history.replaceState(null, "", answer.responseURL);
    root.lang = page.documentElement.lang;
    root.dir = page.documentElement.dir;
    document.title = page.title;
    document.body.replaceWith(page.body);
    learn();
    scrollTo(0, 0);
    const first = document.querySelector(".govuk-error-summary") || document.querySelector("h1");
    if (first) {
      first.tabIndex = -1;
      first.focus();
    }
    if (answer.status === 200 || answer.status === 422) form() ? remember() : drop(DRAFT);
  };

  // Without a place or words to say so, the browser does what it does by itself, and says what it says.
  const failed = (why, retry, native) => {
    const line = document.querySelector(".site-line");
    if (!line || !told[why]) return native();
    line.textContent = told[why];
    again = why === "lost" ? retry : null;
  };

  const load = (address, sent, retry, native = () => {}) => {
    const asked = new XMLHttpRequest(), link = sent === null;
    again = null;
    waits(true);
    asked.open(link ? "GET" : "POST", address);
    asked.responseType = "document";
    asked.timeout = TIMEOUT;
    if (!link) asked.setRequestHeader("Content-Type", "application/x-www-form-urlencoded;charset=UTF-8");
    asked.onload = () => {
      waits(false);
      const isOurs = asked.response && asked.response.documentElement.classList.contains("site-public");
      if (link && (asked.status !== 200 || !isOurs)) return location.replace(address);
      return asked.status >= 500 || !isOurs ? failed("busy", retry, native) : show(asked);
    };
    asked.onerror = asked.ontimeout = () => {
      waits(false);
      failed("lost", retry, native);
    };
    asked.send(sent);
  };

  const leave = (event) => {
    if (event) event.preventDefault();
    root.hidden = true;
    drop(DRAFT);
    put(LEFT, "1");
    location.replace(document.querySelector("[data-quick-exit]").href);
  };

  document.addEventListener("submit", (event) => {
    const sent = event.target, button = event.submitter;
    if (sent.method !== "post" || button === undefined) return;
    event.preventDefault();
    if (busy) return;
    const typed = fields(sent);
    if (button && button.name) typed.append(button.name, button.value);
    remember();
    const address = button && button.hasAttribute("formaction") ? button.formAction : sent.action;
    const native = () => {
      if (button && button.name) sent.append(Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value }));
      sent.action = address;
      sent.submit();
    };
    load(address, String(typed), () => sent.isConnected && sent.requestSubmit(button), native);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    if (link.matches("[data-quick-exit]")) return leave(event);
    if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || !/^\/r\//i.test(link.pathname)) return;
    event.preventDefault();
    if (!busy) load(link.href, null, () => link.isConnected && link.click(), () => location.assign(link.href));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) leave(event);
  });
  document.addEventListener("input", remember);
  addEventListener("online", () => again && again());
  addEventListener("pageshow", (event) => event.persisted && got(LEFT) && leave());

  learn();
  const [opened] = performance.getEntriesByType("navigation");
  const isNew = !opened || opened.type === "navigate";
  if (got(LEFT) && !isNew) return leave();
  drop(LEFT);
  const saved = form() && JSON.parse(got(DRAFT));
  if (!saved) return;
  if (isNew || !new URL(saved[0]).pathname.startsWith(location.pathname)) drop(DRAFT);
  else load(...saved, () => load(...saved));
})();
