// From what was tapped and typed to the body that is sent: only what is asked now and was answered.

import { fromLondon, iso } from "./clock.js";
import { isAsked, MORE, partOf, PERSON, STOP } from "./fields.js";

const OF_THE_CALENDAR = /^(?!0000)\d{4}-/; // years that the server's calendar has

export function newDraft({ account, handset, reading }) {
  const begun = Date.now();
  return {
    key: crypto.randomUUID(), account, handset, state: "draft", begun, reading: reading ?? null, problem: null, body: null, receipts: [],
    stop: { people: [{}] },
  };
}

export function hasPeople(stop) {
  return stop.kind !== "unattended_vehicle";
}

export function told(draft, lists, { finishLater }) {
  const { stop } = draft;
  const body = { kind: stop.kind, ...times(draft), ...answered([...STOP, ...MORE], stop, { stop, lists }) };
  body.people = hasPeople(stop) ? stop.people.map((person, n) => toldPerson({ ...person, part: partOf(person, n, stop) }, stop, lists)) : [];
  return finishLater ? { ...body, finish_later: true } : body;
}

function toldPerson(person, stop, lists) {
  const body = answered(PERSON, person, { stop, person, lists });
  return body.record_in_custody === false ? { ...body, record_in_custody: undefined } : body;
}

// Times that the officer typed are sent as they are. Those of the clock go with what is known of the clock: the server puts them right.
function times({ stop, begun, reading }) {
  const typed = stop.typed && fromLondon(stop.typed.day, stop.typed.time);
  if (typed) return { started_at: iso(typed), times_typed: true };
  const clock = reading && { recorded: iso(begun), showed: iso(reading.showed), really: iso(reading.really) };
  return { started_at: iso(begun), ...(clock && Object.values(clock).every((moment) => OF_THE_CALENDAR.test(moment)) ? { clock } : {}) };
}

function answered(fields, answers, at) {
  const given = {};
  for (const field of fields) {
    const answer = clean(field, answers[field.name]);
    if (field.as !== "time" && answer !== null && isAsked(field, at)) given[field.name] = answer;
  }
  return given;
}

function clean(field, answer) {
  if (answer === undefined || answer === null) return null;
  if (Array.isArray(answer)) return answer.length ? answer : null;
  if (typeof answer !== "string") return answer;
  const typed = answer.trim();
  if (!typed) return null;
  if (field.as === "numbers") return typed.split(/[,;\s]+/).filter(Boolean);
  if (field.as === "number") return Number.isInteger(Number(typed)) && Number(typed) > 0 ? Number(typed) : null;
  return field.capitals ? typed.toUpperCase() : typed;
}
