// The timeline: a click goes there, a drag pins the stretch to the question that is open, a line says where one is.

const A_DRAG = 5; // pixels; less is a click

export function followTimeline(player, timeline, pin) {
  const now = timeline.querySelector("[data-now]"), range = timeline.querySelector("[data-range]");
  now.hidden = false;
  timeline.classList.add("bench-timeline--live");
  player.follow(() => { now.style.left = `${Math.min(100, (100 * player.at) / player.length)}%`; });
  const share = (event) => {
    const box = timeline.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  let began = null;
  const show = (from, to) => {
    range.style.left = `${100 * Math.min(from, to)}%`;
    range.style.width = `${100 * Math.abs(to - from)}%`;
  };
  timeline.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    began = { x: event.clientX, share: share(event) };
    timeline.setPointerCapture(event.pointerId);
  });
  timeline.addEventListener("pointermove", (event) => {
    if (!began || Math.abs(event.clientX - began.x) < A_DRAG || !pin) return;
    range.hidden = false;
    show(began.share, share(event));
  });
  const end = (event) => {
    if (!began) return;
    const [from, to] = [began.share, share(event)];
    const isDrag = Math.abs(event.clientX - began.x) >= A_DRAG && pin;
    began = null;
    range.hidden = true;
    if (event.type === "pointercancel") return;
    if (isDrag) pin(Math.min(from, to) * player.length, Math.max(from, to) * player.length);
    else player.seek(to * player.length);
  };
  timeline.addEventListener("pointerup", end);
  timeline.addEventListener("pointercancel", end);
}
