"""What the fields of a record are called where people read of them: in lists of what is missing, beside what was recorded. Pure."""

import re

OF_ENCOUNTER = {
    "kind": "What was stopped or searched",
    "started_at": "When it began",
    "ended_at": "When it ended",
    "clock_corrected_by_seconds": "How far the device's clock was put right",
    "place": "Where",
    "latitude": "Where on the map",
    "longitude": "Where on the map",
    "power": "Power",
    "object_of_search": "Looking for",
    "grounds": "Grounds",
    "authorisation_reference": "Authorisation or order",
    "officer_number": "Officer",
    "officers_present": "Other officers there",
    "officer_name_withheld_reason": "Why the officer's name is left out",
    "camera_serial": "Camera",
    "footage_absence_reason": "Why there is no footage",
    "is_operation": "Part of an operation",
    "operation_name": "Operation",
    "follows": "Stop that led to this search",
    "vehicle_registration": "Registration of the vehicle",
    "vehicle_outcome": "What came of the vehicle's search",
    "vehicle_outcome_linked": "Whether that is linked to what was looked for",
    "notice_left": "Notice left with the vehicle",
    "traffic_stop_reason": "Why the vehicle was stopped",
    "traffic_outcome": "What came of the stop",
    "ethnicity_known_before": "Anybody's ethnicity seen before the stop",
    "occupants": "People in or on the vehicle",
    "people": "Who drove",
}
OF_PERSON = {
    "part": "Part in the stop",
    "self_defined_ethnicity": "Ethnicity as they say it",
    "self_description": "In their own words",
    "ethnicity_not_stated_reason": "Why that is not stated",
    "officer_perceived_ethnicity": "Ethnicity as the officer saw it",
    "gender": "Gender",
    "age_band": "Age",
    "vulnerable": "Vulnerable",
    "clothing_level": "Clothing taken off",
    "search_place": "Where the thorough search was",
    "searched_by_same_sex": "Searched by officers of the same sex",
    "appropriate_adult_present": "Appropriate adult there",
    "authorised_by": "Inspector who allowed it",
    "force_used": "Force used",
    "safeguarding_considered": "Safeguarding considered",
    "referral_made": "Referred",
    "outcome": "What came of it",
    "outcome_linked": "Whether that is linked to what was looked for",
    "search_not_carried_out_reason": "Why there was no search",
    "record_in_custody": "Record is in the custody record",
    "receipt_handed": "How the receipt reached them",
    "receipt_not_offered_reason": "Why no receipt was offered",
    "language": "Language of the receipt",
    "receipt_code": "Code set aside",
}
_OF_PERSON = re.compile(r"people\.(\d+)(?:\.(\w+))?", re.ASCII)


def field_name(path: str) -> str:
    """Return what a field is called, with the person's number from 1: "Age (person 2)" for "people.1.age_band"."""
    if not (found := _OF_PERSON.fullmatch(path)):
        return OF_ENCOUNTER.get(path, path)
    number, field = int(found[1]) + 1, found[2]
    return f"{OF_PERSON.get(field, field)} (person {number})" if field else f"Person {number}"
