"""Making the app: which routers, which middleware. Every audience's package offers one `router`."""

from anyio import CapacityLimiter
from fastapi import FastAPI

from services.api import errors, health
from services.api.accounts.routes import router as accounts
from services.api.complaints.routes import router as complaints
from services.api.intake.axis import router as axis
from services.api.intake.recordings import router as recordings
from services.api.intake.routes import router as intake
from services.api.learning.agreement import router as agreement
from services.api.learning.coding import router as coding
from services.api.learning.disparity import router as disparity
from services.api.learning.doing import router as doing
from services.api.learning.draws import draws
from services.api.learning.feedback import router as feedback
from services.api.learning.film import router as film
from services.api.learning.gold import router as gold
from services.api.learning.late_reviews import router as late_reviews
from services.api.learning.maturity import router as maturity
from services.api.learning.panels import router as panel_meetings
from services.api.learning.redactions import router as redactions
from services.api.learning.refusals import router as refusals
from services.api.learning.releases import router as releases
from services.api.learning.reports import router as reports
from services.api.learning.routes import router as learning
from services.api.learning.themes import router as themes
from services.api.learning.together import router as together
from services.api.learning.units import router as units
from services.api.middleware import add_middleware
from services.api.officers.app import router as officers_app
from services.api.officers.routes import router as officers
from services.api.panels.routes import router as panels
from services.api.public import awaited, reply_turns, turns
from services.api.public.routes import router as public
from services.api.receipt_languages import refuse_unknown_languages
from services.api.static_files import KeptFiles
from services.api.supervisors.routes import router as supervisors
from stop_search.force import read_force
from stop_search.installation import Installation

WRITERS = 4  # records that one process writes at once to PostgreSQL; more only wait for one another. SQLite has one writer.


def create_app(installation: Installation) -> FastAPI:
    """Return the whole site over one installation."""
    app = FastAPI(title="Stop-search receipts and review", version="1", openapi_url="/api/v1/openapi.json", docs_url=None, redoc_url=None)
    app.state.installation = installation
    app.state.write_turns = CapacityLimiter(1 if installation.database.is_sqlite else WRITERS)
    app.state.force = read_force(installation.settings.force)
    learned = (
        *(redactions, late_reviews, refusals, together, doing, draws, agreement, gold),
        *(disparity, units, coding, themes, maturity, film, feedback, reports, releases, panel_meetings, learning),
    )
    of_staff = (accounts, officers, officers_app, recordings, supervisors, panels, *learned, complaints)
    for router in (health.router, intake, axis, public, *of_staff):
        app.include_router(router)
    app.mount("/static", KeptFiles(app.state.force.colour), name="static")
    refuse_unknown_languages(app.state.force)
    errors.install(app)
    turns.install(app)
    reply_turns.install(app)
    awaited.install(app)
    add_middleware(app, installation)
    return app
