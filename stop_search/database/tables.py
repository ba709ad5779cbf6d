"""Imports every noun's tables, so that migrations and tests see them all: the one exception to the import layers."""

from stop_search.accounts import records as accounts
from stop_search.audit import records as audit
from stop_search.database.base import Base
from stop_search.draws import records as draws
from stop_search.encounters import records as encounters
from stop_search.feedback import records as feedback
from stop_search.footage import records as footage
from stop_search.jobs import records as jobs
from stop_search.learning import records as learning
from stop_search.letters import records as letters
from stop_search.mail import records as mail
from stop_search.panels import records as panels
from stop_search.redactions import records as redactions
from stop_search.reviews import records as reviews
from stop_search.reviews import rubric_records as rubrics

METADATA = Base.metadata
NOUNS = (accounts, audit, jobs, encounters, footage, feedback, letters, mail, draws, redactions, reviews, rubrics, panels, learning)
