// Time. The phone's clock may be wrong: what it shows is told as it is, and the server, which knows better, puts it right.
// Here the last reading of the server's clock only helps to show the officer the time as it really is.

const WORTH_SAYING = 2 * 60 * 1000;
const LONDON = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Europe/London", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

// What the clock showed when an answer of the server came, and what time it really was (the header has whole seconds).
export function readingOf(response) {
  const really = Date.parse(response.headers.get("Date") ?? "");
  return Number.isNaN(really) ? null : { showed: Date.now(), really: really + 500 };
}

export function aheadBy(reading) {
  const ahead = reading ? reading.showed - reading.really : 0;
  return Math.abs(ahead) > WORTH_SAYING ? ahead : 0;
}

export function really(shown, reading) {
  return shown - aheadBy(reading);
}

function partsInLondon(moment) {
  return Object.fromEntries(LONDON.formatToParts(new Date(moment)).map(({ type, value }) => [type, value]));
}

// The day and the time on a clock in London: "2026-11-18", "14:05".
export function inLondon(moment) {
  const { year, month, day, hour, minute } = partsInLondon(moment);
  return { day: `${year}-${month}-${day}`, time: `${hour}:${minute}` };
}

// The moment at which a clock in London shows this day and time; null where they are none.
export function fromLondon(day, time) {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(wanted)) return null;
  const off = (moment) => {
    const { year, month, day: date, hour, minute, second } = partsInLondon(moment);
    return Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`) - moment;
  };
  const near = wanted - off(wanted);
  return wanted - off(near);
}

export function iso(moment) {
  return new Date(moment).toISOString();
}

// "today, 14:05" or "18 November, 14:05"
export function spoken(moment, now) {
  const { day, time } = inLondon(moment);
  if (day === inLondon(now).day) return `today, ${time}`;
  return `${new Date(moment).toLocaleDateString("en-GB", { timeZone: "Europe/London", day: "numeric", month: "long" })}, ${time}`;
}

export function hoursAndMinutes(milliseconds) {
  const minutes = Math.round(Math.abs(milliseconds) / 60000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && `${hours} h`, (rest || !hours) && `${rest} min`].filter(Boolean).join(" ");
}
