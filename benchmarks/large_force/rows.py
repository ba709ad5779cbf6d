# ruff: noqa: E501, S608 -- statements are easier to read whole, and nothing in them comes from outside
"""The statements that write an invented force, table by table.

Ids are MD5 digests of what they are of: as random to an index as real ones.
"""

START, END = "timestamptz '2022-11-28 00:00+00'", "timestamptz '2026-11-26 00:00+00'"


def _one_of(*weighted: tuple[str, float]) -> str:
    """Return an expression that is one of these texts (or NULL), by their shares; the last one is whatever is left."""
    told, whens = 0.0, []
    for value, share in weighted[:-1]:
        told += share
        whens.append(f"WHEN c < {told:.4f} THEN {value}")
    return f"(SELECT CASE {' '.join(whens)} ELSE {weighted[-1][0]} END FROM (SELECT random() + 0 * i AS c) chance)"


ETHNICITY = _one_of(
    ("'W1'", 0.42), ("'B1'", 0.12), ("'B2'", 0.06), ("'A2'", 0.09), ("'A9'", 0.05), ("'M1'", 0.05), ("'O9'", 0.03), ("'NS'", 0.18)
)
PERCEIVED = _one_of(("'white'", 0.5), ("'black'", 0.26), ("'asian'", 0.16), ("'mixed'", 0.03), ("'other'", 0.05))
GENDER = _one_of(("'male'", 0.9), ("'female'", 0.095), ("'other'", 0.005))
AGE = _one_of(("'10_17'", 0.18), ("'18_24'", 0.34), ("'25_34'", 0.26), ("'over_34'", 0.22))
SOUGHT = _one_of(("'drugs'", 0.6), ("'weapons'", 0.16), ("'stolen_goods'", 0.1), ("'theft_articles'", 0.08), ("'firearms'", 0.06))
OUTCOME = _one_of(
    ("'no_further_action'", 0.68), ("'arrest'", 0.13), ("'community_resolution'", 0.1), ("'penalty_notice'", 0.06), ("'summons'", 0.03)
)
FORCE = _one_of(
    ("'[\"none\"]'", 0.7), ("'[\"compliant_handcuffs_front\"]'", 0.22), ('\'["non_compliant_handcuffs", "ground_restraint"]\'', 0.08)
)

ACCOUNTS = """
INSERT INTO account (id, name, email, officer_number, station, created_at)
SELECT md5('officer' || o)::uuid, 'Officer ' || o, 'o' || o || '@force.example', 'N' || o, 'Central', {START} FROM generate_series(0, {{officers}} - 1) o
UNION ALL
SELECT md5('reader' || r)::uuid, 'Reader ' || r, 'r' || r || '@force.example', NULL, 'Central', {START} FROM generate_series(0, {{readers}} - 1) r
"""
ROLES = """
INSERT INTO role_grant (id, account_id, role, starts_at)
SELECT md5('grant' || name)::uuid, id, CASE WHEN name LIKE 'Officer%%' THEN 'officer' ELSE 'supervisor' END, {START} FROM account
"""
TEAMS = """
INSERT INTO team (id, name, unit) SELECT md5('team' || t)::uuid, 'Team ' || t, 'Unit ' || t %% {{units}} FROM generate_series(0, {{teams}} - 1) t
"""
POSTS = """
INSERT INTO post (id, account_id, team_id, kind, starts_on)
SELECT md5('post' || o)::uuid, md5('officer' || o)::uuid, md5('team' || o %% {{teams}})::uuid, 'member', date '2022-01-01'
FROM generate_series(0, {{officers}} - 1) o
UNION ALL
SELECT md5('lead' || r)::uuid, md5('reader' || r)::uuid, md5('team' || r %% {{teams}})::uuid, 'lead', date '2022-01-01'
FROM generate_series(0, {{readers}} - 1) r
"""
LETTERS_OF_READERS = """
INSERT INTO reader_letter (account_id, letter) SELECT md5('reader' || r)::uuid, 'R' || r FROM generate_series(0, {{readers}} - 1) r
"""
ENCOUNTERS = """
INSERT INTO encounter (id, reference, kind, source, started_at, ended_at, place, latitude, longitude, power, object_of_search, grounds,
    officer_id, team_id, camera_serial, is_operation, recorded_at, version, gaps, finished_at)
SELECT md5('encounter' || i)::uuid, 'S' || lpad(to_hex(i), 9, '0'), 'person', 'device', at, at + interval '9 minutes', 'High Street',
    51500000 + i %% 1000, -120000 - i %% 1000, 'mda_s23', {SOUGHT}, 'Smelled of cannabis, was seen to hand over something small.',
    md5('officer' || i %% {{officers}})::uuid, md5('team' || i %% {{officers}} %% {{teams}})::uuid, 'CAM' || i %% {{officers}}, false,
    at + interval '20 minutes', 1, CASE WHEN unfinished THEN '["outcome"]'::json ELSE '[]'::json END,
    CASE WHEN unfinished THEN NULL ELSE at + interval '20 minutes' END
FROM (SELECT i, {END} - ({{n}} - i) * (({END} - {START}) / {{n}}) AS at, i > {{n}} * 0.99 AND random() < 0.2 AS unfinished
    FROM generate_series(0, {{n}} - 1) i) stop
"""
PEOPLE = """
INSERT INTO person_searched (id, encounter_id, ordinal, part, self_defined_ethnicity, officer_perceived_ethnicity, gender, age_band,
    clothing_level, more_than_outer_clothing, force_used, outcome, outcome_linked, record_in_custody)
SELECT md5('person' || i || '.' || k)::uuid, md5('encounter' || i)::uuid, k, 'searched', {ETHNICITY}, {PERCEIVED}, {GENDER}, {AGE},
    'outer_only', random() < 0.04, {FORCE}::json, {OUTCOME}, random() < 0.5, false
FROM generate_series(0, {{n}} - 1) i, generate_series(1, 2) k WHERE k = 1 OR i %% 12 = 0
"""
RECEIPTS = """
INSERT INTO receipt (id, encounter_id, person_id, locator, code_digest, check_words, state, language, layout_version,
    entitlement_ends_on, issued_at)
SELECT md5('receipt' || p.id)::uuid, p.encounter_id, p.id, substr(md5(p.id::text), 1, 6), md5('code' || p.id), 'oak river', 'issued', 'en', 2,
    (e.started_at + interval '3 months')::date, e.recorded_at
FROM person_searched p JOIN encounter e ON e.id = p.encounter_id
"""
FOOTAGE = """
INSERT INTO footage (id, state, sha256, size_bytes, original_name, storage_key, device_serial, officer_id, started_at, ended_at, received_at,
    examined_at, examinations, facts, retention_class, erase_after)
SELECT md5('footage' || e.id)::uuid, CASE WHEN e.started_at < {END} - interval '31 days' THEN 'erased' ELSE 'examined' END, md5('a' || e.id) || md5('b' || e.id), 40000000, 'clip.mp4', 'originals/' || e.id,
    e.camera_serial, e.officer_id, e.started_at - interval '30 seconds' + 60 * random() * interval '1 second', e.ended_at + interval '20 seconds', e.recorded_at,
    e.recorded_at, 1, '{{{{"length_seconds": 570.0, "width_pixels": 1280, "height_pixels": 720, "video_codec": "h264", "frames_per_second": 25.0}}}}'::json,
    'non_evidential', (e.started_at + interval '31 days')::date
FROM encounter e WHERE random() < 0.9
"""
SHOWS = """
INSERT INTO footage_of_encounter (footage_id, encounter_id, matched_by, matched_at, why)
SELECT f.id, e.id, 'officer_and_time', e.recorded_at, 'officer and time'
FROM encounter e JOIN footage f ON f.id = md5('footage' || e.id)::uuid WHERE random() < 0.98
"""
DOUBTS = """
INSERT INTO footage_in_doubt (footage_id, encounter_id, why, noted_at)
SELECT f.id, e.id, 'near in time', e.recorded_at FROM encounter e JOIN footage f ON f.id = md5('footage' || e.id)::uuid
WHERE NOT EXISTS (SELECT 1 FROM footage_of_encounter s WHERE s.encounter_id = e.id) AND random() < 0.1
"""
ABSENCES = """
INSERT INTO footage_absence (id, encounter_id, reason, words, stated_by, stated_at)
SELECT md5('absence' || e.id)::uuid, e.id, 'battery_flat', 'The battery was flat.', e.officer_id, e.recorded_at
FROM encounter e WHERE random() < 0.5 AND NOT EXISTS (SELECT 1 FROM footage_of_encounter s WHERE s.encounter_id = e.id)
"""
DRAWS = """
INSERT INTO draw (id, scope, stream, period_start, period_end, protocol, state, period_key, design, frame_digest, frame_size, committed_at,
    randomness, seed, drawn_at)
SELECT md5('draw' || w)::uuid, 'force', 'main', date '2022-11-28' + 7 * w, date '2022-11-28' + 7 * w + 6, 1, 'run', md5('k' || w),
    '{{{{}}}}'::json, md5('f' || w), 0, {START} + (7 * w + 8) * interval '1 day', '11 22 33', '11 22 33', {START} + (7 * w + 8) * interval '1 day'
FROM generate_series(0, 206) w
"""
FRAMES = """
INSERT INTO frame_entry (id, draw_id, encounter_id, token, risk_class, probability_numerator, probability_denominator, ticket, is_drawn,
    is_second, is_panel, is_cover, inclusion_probability, outcome)
SELECT md5('entry' || f.id)::uuid, f.draw_id, f.id, md5('token' || f.id), f.class, round(100 * f.chance)::int, 100, md5('t' || f.id), f.drawn,
    f.drawn AND random() < 0.1, false, false, f.chance,
    CASE WHEN NOT f.drawn THEN NULL WHEN f.week >= 205 THEN 'drawn' WHEN random() < 0.03 THEN 'no_footage' ELSE 'reviewed' END
FROM (SELECT c.*, random() < c.chance AS drawn FROM (SELECT k.*, CASE k.class WHEN 'base' THEN 0.15 WHEN 'high' THEN 0.30 ELSE 0.24 END AS chance
    FROM (SELECT e.id, (e.started_at::date - date '2022-11-28') / 7 AS week, md5('draw' || (e.started_at::date - date '2022-11-28') / 7)::uuid AS draw_id,
        CASE WHEN r < 0.8 THEN 'base' WHEN r < 0.95 THEN 'high' ELSE 'late' END AS class
        FROM (SELECT *, random() AS r FROM encounter) e) k) c WHERE c.week <= 206) f
"""
SIZES = (
    "UPDATE draw SET frame_size = f.n FROM (SELECT draw_id, count(*) AS n FROM frame_entry GROUP BY draw_id) f WHERE f.draw_id = draw.id"
)
REVIEWS = """
INSERT INTO review (id, frame_entry_id, encounter_id, reviewer_id, reading, state, rubric, rubric_version, rubric_digest, criteria, assigned_at,
    due_on, started_at, submitted_at, grade, watched_share)
SELECT md5('review' || reading || f.id)::uuid, f.id, f.encounter_id, md5('reader' || (('x' || substr(md5(f.id::text), 1, 7))::bit(28)::int + place) %% {{readers}})::uuid,
    reading, CASE f.outcome WHEN 'reviewed' THEN 'submitted' WHEN 'no_footage' THEN 'without_footage' ELSE 'assigned' END, {{rubric}},
    CASE WHEN place > 1 THEN '["C4", "C5", "C6"]'::json END, d.drawn_at, (d.drawn_at + interval '14 days')::date,
    CASE WHEN f.outcome <> 'drawn' THEN d.drawn_at + interval '1 day' END,
    CASE WHEN f.outcome <> 'drawn' THEN d.drawn_at + interval '2 days' + place * interval '1 hour' END,
    CASE WHEN f.outcome = 'reviewed' THEN CASE WHEN random() < 0.7 THEN 'adequate' WHEN random() < 0.5 THEN 'good_practice' ELSE 'concern_further_review' END END, CASE WHEN f.outcome <> 'no_footage' THEN 0.97 END
FROM frame_entry f JOIN draw d ON d.id = f.draw_id,
    (VALUES ('first', 0), ('second', 1), ('adjudication', 2), ('reread', 3)) AS read (reading, place)
WHERE f.is_drawn AND f.outcome IN ('reviewed', 'no_footage', 'drawn') AND (place = 0 OR (place = 1 AND f.is_second)
    OR (place = 2 AND f.is_second AND f.outcome = 'reviewed' AND random() < 0.1) OR (place = 3 AND f.outcome = 'reviewed' AND random() < 0.01))
"""
MARKS = """
INSERT INTO mark (review_id, criterion, kind, level, reason, evidence, marked_at)
SELECT m.review_id, m.criterion, CASE WHEN m.c < 0.85 THEN 'scored' WHEN m.c < 0.93 THEN 'not_applicable' ELSE 'not_observable' END,
    CASE WHEN m.c < 0.85 THEN m.level END, CASE WHEN m.c >= 0.85 THEN 'other' END, CASE WHEN m.c >= 0.85 OR m.level < 2 THEN 'At 2:10 nothing was said.' END, m.at
FROM (SELECT r.id AS review_id, q.criterion, random() AS c, r.submitted_at AS at,
    least(3, greatest(0, round(1.9 + 1.6 * (('x' || substr(md5(r.frame_entry_id || q.criterion), 1, 7))::bit(28)::int / 268435456.0 - 0.5) + 0.9 * (random() - 0.5))))::int AS level
    FROM review r, unnest({{criteria}}) AS q (criterion)
    WHERE r.state = 'submitted' AND (r.criteria IS NULL OR q.criterion IN ('C4', 'C5', 'C6'))) m
"""
REPLACED = """
UPDATE mark SET replaced_by = later.id FROM review own, review later
WHERE own.id = mark.review_id AND own.reading = 'first' AND later.frame_entry_id = own.frame_entry_id
    AND later.reading IN ('adjudication', 'reread') AND mark.criterion IN ('C4', 'C5', 'C6')
"""
GRADES_REPLACED = """
UPDATE review SET grade_replaced_by = later.id FROM review later
WHERE review.reading = 'first' AND later.frame_entry_id = review.frame_entry_id AND later.reading IN ('adjudication', 'reread')
"""
BOTH_DECIDED = """
UPDATE mark SET replaced_by = later.id FROM review own, review later
WHERE own.id = mark.review_id AND own.reading = 'adjudication' AND later.frame_entry_id = own.frame_entry_id AND later.reading = 'reread'
"""
BOTH_GRADED = """
UPDATE review SET grade_replaced_by = later.id FROM review later
WHERE review.reading = 'adjudication' AND later.frame_entry_id = review.frame_entry_id AND later.reading = 'reread'
"""
THEMES = """
INSERT INTO review_theme (review_id, theme)
SELECT r.id, t FROM review r, unnest(ARRAY['early_handcuffs', 'good_explanation', 'calm_and_care', 'gowisely_partial_or_late', 'phone_searched']) t
WHERE r.state = 'submitted' AND r.reading = 'first' AND random() < 0.16
"""
FEEDBACK = """
INSERT INTO feedback (id, receipt_id, submission_id, standing, answering_as, form, form_version, language, week, reply_code_digest, version,
    self_scan_suspected, released_from)
SELECT md5('feedback' || r.id)::uuid, r.id, md5('s' || r.id), 'primary', 'searched', 'adult', 2, 'en', to_char(r.issued_at, 'IYYY-"W"IW'),
    md5('w' || r.id), 1, random() < 0.01, to_char(r.issued_at + interval '60 days', 'YYYY-MM')
FROM receipt r WHERE random() < 0.05
"""
ANSWERS = """
INSERT INTO feedback_answer (feedback_id, version, question, answer, criterion)
SELECT f.id, 1, q.question, q.answers[1 + floor(random() * array_length(q.answers, 1))::int], q.criterion
FROM feedback f, (VALUES {{questions}}) AS q (question, criterion, answers) WHERE random() < 0.95
"""
TRIAGE = """
INSERT INTO triage_item (id, feedback_id, state, signs, due_on, disposition, reason, closed_by, closed_at, closed_late)
SELECT md5('triage' || f.id)::uuid, f.id, CASE WHEN open THEN 'open' ELSE 'closed' END, '["rude"]'::json, CASE WHEN open THEN date '2026-12-01' END,
    CASE WHEN NOT open THEN 'no_complaint' END, CASE WHEN NOT open THEN 'Read.' END, CASE WHEN NOT open THEN md5('reader0')::uuid END,
    CASE WHEN NOT open THEN {END} END, CASE WHEN NOT open THEN false END
FROM (SELECT id, random() < 0.02 AS open FROM feedback WHERE random() < 0.1) f
"""
HOLDS = """
INSERT INTO footage_hold (id, encounter_id, reason, cause_id, placed_at, placed_by, released_at, released_by, release_reason)
SELECT md5('hold' || h.reason || h.encounter_id)::uuid, h.encounter_id, h.reason, h.cause_id, h.placed_at, 'worker', h.until, CASE WHEN h.until IS NOT NULL THEN 'worker' END,
    CASE WHEN h.until IS NOT NULL THEN 'It was kept long enough.' END
FROM (SELECT f.encounter_id, 'framed' AS reason, f.draw_id::text AS cause_id, d.committed_at AS placed_at, d.drawn_at AS until FROM frame_entry f JOIN draw d ON d.id = f.draw_id
    UNION ALL SELECT r.encounter_id, 'drawn', f.draw_id::text, r.assigned_at, CASE WHEN r.submitted_at < {END} - interval '92 days' THEN r.submitted_at + interval '92 days' END
        FROM review r JOIN frame_entry f ON f.id = r.frame_entry_id WHERE r.reading = 'first'
    UNION ALL SELECT r.encounter_id, 'feedback', r.encounter_id::text, min(r.issued_at), CASE WHEN min(r.issued_at) < {END} - interval '100 days' THEN min(r.issued_at) + interval '100 days' END
        FROM feedback f JOIN receipt r ON r.id = f.receipt_id GROUP BY r.encounter_id) h
"""
HELD = """
UPDATE footage SET state = 'examined' FROM footage_of_encounter s JOIN footage_hold h ON h.encounter_id = s.encounter_id AND h.released_at IS NULL
WHERE s.footage_id = footage.id AND footage.state = 'erased'
"""
AUDIT = """
INSERT INTO audit_entry (n, at, actor, role, operation, action, object_type, object_id, text, previous_hash, hash)
SELECT i + 1, {START}, 'officer', 'officer', 'collection', 'record_encounter', 'encounter', md5('encounter' || i)::uuid, '{{{{}}}}', md5('h' || i), md5('h' || i + 1)
FROM generate_series(0, {{n}} - 1) i
"""
HEAD = "UPDATE audit_head SET n = {{n}}, hash = md5('h' || {{n}})"
ACTION = """
INSERT INTO learning_action (id, title, kind, about, measure, owner_id, opened_at, due_on, state, done_on)
SELECT md5('action' || a)::uuid, 'Say the grounds first', 'training', 'C3', 'C3', md5('reader0')::uuid, timestamptz '2025-06-01 00:00+00', date '2025-12-01', 'done',
    date '2025-11-01' FROM generate_series(0, 19) a
"""
PANELS = """
INSERT INTO panel_meeting (id, name, meets_on, rubric, rubric_version, called_by, called_at, closed_by, closed_at)
SELECT md5('meeting' || m)::uuid, 'Community panel', (timestamptz '2022-12-15 00:00+00' + m * interval '1 month')::date, {{rubric_named}}, md5('reader0')::uuid, {START}, md5('reader0')::uuid, {START} FROM generate_series(0, 46) m
"""
SEATS = """
INSERT INTO panel_seat (meeting_id, account_id) SELECT m.id, md5('reader' || s)::uuid FROM panel_meeting m, generate_series(0, 7) s
"""
PANEL_ROLES = """
INSERT INTO role_grant (id, account_id, role, starts_at)
SELECT md5('panel grant' || account_id)::uuid, account_id, 'panel_member', {START} FROM (SELECT DISTINCT account_id FROM panel_seat) s
"""
CASES = """
INSERT INTO panel_case (id, meeting_id, encounter_id, place, grounds, added_by, added_at)
SELECT md5('case' || e.id)::uuid, md5('meeting' || e.m)::uuid, e.id, e.place, 'Smelled of cannabis.', md5('reader0')::uuid, {START}
FROM (SELECT f.encounter_id AS id, floor(47 * row_number() OVER (ORDER BY f.id) / (count(*) OVER () + 1))::int AS m,
        row_number() OVER (ORDER BY f.id) AS place
    FROM (SELECT id, encounter_id FROM frame_entry WHERE is_drawn AND outcome = 'reviewed' ORDER BY id LIMIT 470) f) e
"""
VOTES = """
INSERT INTO panel_vote (id, case_id, meeting_id, member_id, stood_back, overall, said, voted_at)
SELECT md5('vote' || c.id || s.account_id)::uuid, c.id, c.meeting_id, s.account_id, false, 'adequate', '', {START}
FROM panel_case c JOIN panel_seat s ON s.meeting_id = c.meeting_id
"""
PANEL_MARKS = """
INSERT INTO panel_mark (vote_id, criterion, kind, level)
SELECT v.id, q.criterion, 'scored', 1 + floor(random() * 3)::int FROM panel_vote v, unnest({{panel_criteria}}) AS q (criterion)
"""
ASKED = """
INSERT INTO recommendation (id, meeting_id, kind, text, made_by, made_at, due_on, decision, answer, answered_by, answered_at)
SELECT md5('asked' || k || m.id)::uuid, m.id, 'improve', 'Say the grounds first.', md5('reader1')::uuid, {START}, m.meets_on + 28, 'accepted', 'We will.',
    md5('reader0')::uuid, {START} FROM panel_meeting m, generate_series(1, 3) k
"""

NAMES = {name: value for name, value in list(globals().items()) if name.isupper() and isinstance(value, str)}
ORDER = (
    "ACCOUNTS", "ROLES", "TEAMS", "POSTS", "LETTERS_OF_READERS", "ENCOUNTERS", "PEOPLE", "RECEIPTS", "FOOTAGE", "SHOWS", "DOUBTS", "ABSENCES", "DRAWS", "FRAMES",
    "SIZES", "REVIEWS", "MARKS", "REPLACED", "BOTH_DECIDED", "GRADES_REPLACED", "BOTH_GRADED", "THEMES", "FEEDBACK", "ANSWERS", "TRIAGE", "HOLDS", "HELD", "AUDIT", "HEAD", "ACTION",
    "PANELS", "SEATS", "PANEL_ROLES", "CASES", "VOTES", "PANEL_MARKS", "ASKED",
)  # fmt: skip
STATEMENTS = tuple(NAMES[name].format(**NAMES) for name in ORDER)
