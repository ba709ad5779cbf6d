// Seconds as people write them, and back: "3:12", "1:03:12".

export function clock(seconds) {
  const tenths = Math.round(seconds * 10);
  const whole = Math.floor(tenths / 10), rest = String(whole % 60).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60, hours = Math.floor(whole / 3600);
  const shown = rest + (tenths % 10 ? "." + (tenths % 10) : "");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${shown}` : `${minutes}:${shown}`;
}

export function seconds(written) {
  const found = written.trim().split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return written.trim() && Number.isFinite(found) ? found : NaN;
}

export function part(name, parent) {
  const made = document.createElement("div");
  made.className = name;
  parent.append(made);
  return made;
}
