// What a record does not state yet, as stop_search/encounters/completeness.py says it; a test in a browser holds the two against each other.
// A convenience: it lets the officer ask while the person is still there. The server decides.

import { needsSafeguarding, rulesOf } from "./fields.js";

const OF_THE_LAW = ["place", "power", "object_of_search", "grounds", "authorisation_reference"];

export function missing(told, lists) {
  const found = [];
  const now = (path) => found.push({ path, atOnce: true });
  const later = (path) => found.push({ path, atOnce: false });
  const isSearch = lists.marks.searches.includes(told.kind);
  const asked = isSearch ? ["power", ...rulesOf(told.power, lists).must_state] : ["place"];
  for (const field of OF_THE_LAW) if (asked.includes(field) && !said(told[field])) now(field);
  if (told.kind === "unattended_vehicle" && told.notice_left === undefined) later("notice_left");
  const vehicleSearched = !told.people.length || told.people.some((person) => !person.search_not_carried_out_reason);
  if (lists.marks.only_a_vehicle.includes(told.kind) && vehicleSearched)
    ofOutcome("vehicle_outcome", told.vehicle_outcome, told.vehicle_outcome_linked, lists.marks, later);
  if (told.kind === "traffic_stop") ofTrafficStop(told, later);
  for (const [n, person] of told.people.entries()) ofPerson(told, person, `people.${n}.`, { lists, isSearch, now, later });
  return found;
}

function ofTrafficStop(told, later) {
  for (const field of ["traffic_stop_reason", "traffic_outcome", "ethnicity_known_before"]) if (!told[field]) later(field);
  if (!told.people.some((person) => person.part === "driver")) later("people");
  if (told.occupants === undefined || told.occupants !== told.people.length) later("occupants");
}

function ofPerson(told, person, before, { lists, isSearch, now, later }) {
  const { marks } = lists;
  const searched = isSearch && !person.search_not_carried_out_reason;
  const ethnicityAsked = searched || told.kind === "traffic_stop";
  if (ethnicityAsked && !person.self_defined_ethnicity) (searched ? now : later)(`${before}self_defined_ethnicity`);
  if (person.self_defined_ethnicity === marks.not_stated && !person.ethnicity_not_stated_reason) now(`${before}ethnicity_not_stated_reason`);
  if (ethnicityAsked && !person.officer_perceived_ethnicity) later(`${before}officer_perceived_ethnicity`);
  for (const field of ["gender", "age_band"]) if (!person[field]) later(before + field);
  if (searched) ofSearch(told, person, before, marks, later);
  ofSafeguarding(person, before, marks, searched, { now, later });
  if (!(person.record_in_custody || person.receipt_handed || person.receipt_not_offered_reason)) later(`${before}receipt_handed`);
}

function ofSearch(told, person, before, marks, later) {
  const onlyAVehicle = marks.only_a_vehicle.includes(told.kind);
  if (!onlyAVehicle && !person.clothing_level) later(`${before}clothing_level`);
  if (!person.force_used?.length) later(`${before}force_used`);
  if (!onlyAVehicle) ofOutcome(`${before}outcome`, person.outcome, person.outcome_linked, marks, later);
}

function ofOutcome(path, outcome, linked, marks, later) {
  if (!outcome) later(path);
  else if (linked === undefined && outcome !== marks.nothing_found) later(`${path}_linked`);
}

function ofSafeguarding(person, before, marks, searched, { now, later }) {
  if (needsSafeguarding(person, marks)) {
    if (person.safeguarding_considered === undefined) now(`${before}safeguarding_considered`);
    if (person.referral_made === undefined) later(`${before}referral_made`);
  }
  if (!searched || !marks.thorough.includes(person.clothing_level)) return;
  if (!person.search_place) later(`${before}search_place`);
  if (person.searched_by_same_sex === undefined) later(`${before}searched_by_same_sex`);
  if (person.clothing_level !== marks.strip_search || !(marks.children.includes(person.age_band) || person.vulnerable)) return;
  if (person.appropriate_adult_present === undefined) later(`${before}appropriate_adult_present`);
  if (!said(person.authorised_by)) later(`${before}authorised_by`);
}

function said(value) {
  return Boolean(typeof value === "string" ? value.trim() : value);
}
