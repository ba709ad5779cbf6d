// What the form asks, in its order: a field's name in the record, its words, how it is answered, and when it is asked.
// What can be chosen, and which answers open which question, comes from the server's lists.

const inSearch = ({ stop, lists }) => lists.marks.searches.includes(stop.kind);
const ofKind = (...kinds) => ({ stop }) => kinds.includes(stop.kind);
const notOfKind = (...kinds) => ({ stop }) => !kinds.includes(stop.kind);
const searched = (at) => inSearch(at) && !at.person.search_not_carried_out_reason;
const thorough = (at) => searched(at) && at.lists.marks.thorough.includes(at.person.clothing_level);
const needsCare = (at) => needsSafeguarding(at.person, at.lists.marks);
const stripped = (at) =>
  thorough(at) && at.person.clothing_level === at.lists.marks.strip_search && (at.lists.marks.children.includes(at.person.age_band) || at.person.vulnerable === true);

// As NewPerson.needs_safeguarding: a child, somebody vulnerable, or clothes off beyond coat, jacket and gloves.
export function needsSafeguarding(person, marks) {
  return marks.children.includes(person.age_band) || person.vulnerable === true || marks.thorough.includes(person.clothing_level);
}

export function rulesOf(power, lists) {
  return lists.powers[power] ?? lists.powers[lists.marks.power_if_none];
}

function partsIn(stop) {
  const inVehicle = ["driver", "passenger"];
  if (stop.kind === "traffic_stop") return inVehicle;
  return stop.kind === "vehicle" ? ["in_charge_of_vehicle", ...inVehicle] : ["searched", "in_charge_of_vehicle", ...inVehicle];
}

// The part that somebody has unless the officer says another: the first one in a traffic stop drove, the others came along.
export function partOf(person, n, stop) {
  const parts = partsIn(stop);
  if (parts.includes(person.part)) return person.part;
  return stop.kind === "traffic_stop" && n > 0 ? "passenger" : parts[0];
}

const underPower = ({ stop, lists }) => rulesOf(stop.power, lists);
const VEHICLES = ["vehicle", "person_and_vehicle", "unattended_vehicle", "traffic_stop"];

export const STOP = [
  { name: "kind", words: "What was it?", as: "tiles", list: "kinds" },
  { name: "time", words: "When it began", as: "time" },
  { name: "place", words: "Where", as: "line", hint: "A street and what is near. It is on the receipt, so no house number of anybody." },
  { name: "power", words: "Power", as: "tiles", list: "power", first: 4, when: inSearch },
  { name: "object_of_search", words: "What you are looking for", as: "tiles", list: "object_of_search", first: 6, when: inSearch },
  { name: "authorisation_reference", words: "Reference of the authorisation or order", as: "line",
    when: (at) => inSearch(at) && underPower(at).must_state.includes("authorisation_reference") },
  { name: "grounds", words: "Grounds", as: "text", when: inSearch,
    hint: "What you saw, heard or were told, so that somebody else can follow. Not the area, not how they look. You can dictate this." },
  { name: "vehicle_registration", words: "Registration of the vehicle", as: "line", when: ofKind(...VEHICLES), capitals: true },
  { name: "traffic_stop_reason", words: "Why the vehicle was stopped", as: "tiles", list: "traffic_stop_reason", when: ofKind("traffic_stop") },
  { name: "ethnicity_known_before", words: "Could you see anybody’s ethnicity before you stopped it?", as: "tiles", list: "ethnicity_known_before", when: ofKind("traffic_stop") },
  { name: "occupants", words: "How many people were in or on the vehicle", as: "number", when: ofKind("traffic_stop") },
  { name: "traffic_outcome", words: "What came of the stop", as: "tiles", list: "traffic_outcome", when: ofKind("traffic_stop") },
  { name: "vehicle_outcome", words: "What came of searching the vehicle", as: "tiles", list: "outcome", when: ofKind("vehicle", "person_and_vehicle", "unattended_vehicle") },
  { name: "vehicle_outcome_linked", words: "Is that linked to what you were looking for?", as: "yesno",
    when: ({ stop, lists }) => stop.vehicle_outcome && stop.vehicle_outcome !== lists.marks.nothing_found && stop.kind !== "traffic_stop" },
  { name: "notice_left", words: "Was a notice left with the vehicle?", as: "yesno", when: ofKind("unattended_vehicle") },
];

export const MORE = [
  { name: "officers_present", words: "Other officers there", as: "numbers", hint: "Their numbers, with commas between." },
  { name: "camera_serial", words: "Serial number of your camera", as: "line" },
  { name: "footage_absence_reason", words: "If there is no footage, why", as: "select", list: "footage_absence_reason", blank: "There is footage" },
  { name: "officer_name_withheld_reason", words: "If your name must not be on the receipt, why", as: "select", list: "name_withheld", blank: "It is on the receipt",
    only: (at) => underPower(at).name_withheld, when: (at) => inSearch(at) && underPower(at).name_withheld.length > 0 },
  { name: "is_operation", words: "Was it part of an operation?", as: "yesno" },
  { name: "operation_name", words: "Which operation", as: "line", when: ({ stop }) => stop.is_operation === true },
  { name: "follows", words: "Reference of the stop that led to this search", as: "line", when: inSearch, capitals: true },
];

export const PERSON = [
  { name: "part", words: "Their part", as: "tiles", list: "parts", when: ofKind(...VEHICLES), only: ({ stop }) => partsIn(stop),
    usually: ({ stop, person }) => partOf(person, stop.people.indexOf(person), stop) },
  { name: "self_defined_ethnicity", words: "How they describe their own ethnicity", as: "select", list: "ethnicity", blank: "Choose",
    hint: "Ask. They do not have to say: then choose “Not stated” and say why." },
  { name: "ethnicity_not_stated_reason", words: "Why it is not stated", as: "tiles", list: "not_stated_reason",
    when: ({ person, lists }) => person.self_defined_ethnicity === lists.marks.not_stated },
  { name: "self_description", words: "In their own words, if they want", as: "line",
    when: ({ person, lists }) => person.self_defined_ethnicity && person.self_defined_ethnicity !== lists.marks.not_stated },
  { name: "officer_perceived_ethnicity", words: "Ethnicity as you saw it", as: "tiles", list: "perceived_ethnicity", side: true },
  { name: "gender", words: "Gender", as: "tiles", list: "gender", side: true },
  { name: "age_band", words: "Age", as: "tiles", list: "age_band", side: true, hint: "An estimate will do. Do not ask for a date of birth." },
  { name: "vulnerable", words: "Vulnerable?", as: "yesno", hint: "By mental health, disability, drink or drugs, or anything else that you saw or were told." },
  { name: "search_not_carried_out_reason", words: "If the search was not carried out, why", as: "select", list: "search_not_carried_out_reason", blank: "It was carried out", when: inSearch },
  { name: "clothing_level", words: "Clothing taken off", as: "tiles", list: "clothing_level", when: (at) => searched(at) && !at.lists.marks.only_a_vehicle.includes(at.stop.kind) },
  { name: "search_place", words: "Where the thorough search was done", as: "tiles", list: "search_place", when: thorough },
  { name: "searched_by_same_sex", words: "Did officers of the same sex search?", as: "yesno", when: thorough },
  { name: "appropriate_adult_present", words: "Was an appropriate adult there?", as: "yesno", when: stripped },
  { name: "authorised_by", words: "Number of the inspector who allowed it", as: "line", when: stripped },
  { name: "force_used", words: "Force used", as: "ticks", list: "force_type", first: 4 },
  { name: "outcome", words: "What came of it", as: "tiles", list: "outcome", when: notOfKind("vehicle", "traffic_stop") },
  { name: "outcome_linked", words: "Is that linked to what you were looking for?", as: "yesno",
    when: (at) => inSearch(at) && at.person.outcome && at.person.outcome !== at.lists.marks.nothing_found },
  { name: "record_in_custody", words: "Is the record made in the custody record?", as: "yesno",
    when: (at) => at.person.outcome === at.lists.marks.arrest && underPower(at).custody_takes_over },
  { name: "safeguarding_considered", words: "Was safeguarding considered?", as: "yesno", when: needsCare },
  { name: "referral_made", words: "Is a referral made?", as: "yesno", when: needsCare },
  { name: "receipt_handed", words: "How the receipt reaches them", as: "tiles", list: "receipt_handed", first: 3, foremost: ["screen", "printed", "declined"],
    when: ({ person }) => !person.receipt_not_offered_reason },
  { name: "receipt_not_offered_reason", words: "If none is offered, why", as: "select", list: "receipt_not_offered_reason", blank: "It is offered",
    when: ({ person }) => !person.receipt_handed },
  { name: "language", words: "Language of the receipt", as: "tiles", list: "languages", side: true, when: ({ lists }) => lists.languages.length > 1 },
];

export function isAsked(field, at) {
  return !field.when || Boolean(field.when(at));
}

// The choices of a field: all of its list, or those that hold here, the usual ones first.
export function choices(field, at, usual) {
  const list = field.list in at.lists.codes ? at.lists.codes[field.list] : at.lists[field.list];
  const held = field.only ? list.filter((one) => field.only(at).includes(one.key)) : list;
  const before = [...(field.foremost ?? []), ...(usual?.[field.list] ?? [])];
  const place = (one) => (before.includes(one.key) ? before.indexOf(one.key) : before.length);
  return [...held].sort((a, b) => place(a) - place(b));
}

// The words of a field by its path in the record, for lists of what is missing or wrong.
export function wordsAt(path) {
  const [, person, name] = path.match(/^people\.(\d+)\.?(\w*)/) ?? [null, null, path.split(".")[0]];
  if (path === "people") return "The people";
  if (name === "receipt_code") return `Person ${Number(person) + 1}: the code on the receipt`;
  if (["started_at", "ended_at", "clock"].includes(name)) return "When it began";
  const words = [...STOP, ...MORE, ...PERSON].find((field) => field.name === name)?.words ?? name.replaceAll("_", " ");
  return person === null ? words : `Person ${Number(person) + 1}: ${words}`;
}
