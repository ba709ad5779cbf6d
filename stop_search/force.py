"""The force's own settings: names, languages, retention, sampling design, thresholds; a YAML file, checked when read."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import yaml

from stop_search.codes.competencies import USUAL as USUAL_COMPETENCIES
from stop_search.codes.competencies import Competencies, competencies
from stop_search.codes.design import Design, design_from
from stop_search.codes.public_tables import USUAL as USUAL_TABLES
from stop_search.codes.public_tables import PublicTables, public_tables
from stop_search.codes.retention import USUAL, RetentionClass, RetentionClasses, retention_classes
from stop_search.errors import SettingMissing

INVENTED = Path(__file__).parent / "forces" / "invented.yaml"
USUAL_SUPPORT = Path(__file__).parent / "forces" / "usual_support.yaml"
DISPUTE_DAYS = 28  # from when the officer can read a review
SUBJECT_ACCESS = "https://ico.org.uk/for-the-public/getting-copies-of-your-information-subject-access-request/"


@dataclass(frozen=True)
class SupportPlace:
    """People who do not belong to the police and can help. `key` finds what they do among the pages' words; `young`: for those under 19."""

    key: str
    name: str
    phone: str = ""
    website: str = ""
    young: bool = False


@dataclass(frozen=True)
class Residents:
    """How many people live where the force is, by group: what stops are compared with. The name, the year and the source are shown.

    `ethnicity`: White, Mixed, Asian, Black, Other; `age_band` and `gender`: by the keys of these lists of codes. Empty: nobody says.
    """

    name: str
    year: int
    source: str
    ethnicity: dict[str, int] = field(default_factory=dict[str, int])
    age_band: dict[str, int] = field(default_factory=dict[str, int])
    gender: dict[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Force:
    """What differs from force to force. `languages` are those of the pages, `receipt_languages` those in which receipts are offered.

    `networks` are those from which the force's own computers and telephones reach the internet, none if nobody says.
    `retention`: the classes of recordings and their clocks, a file of its own; `competencies`: what the force is assessed by, another.
    `design`: how likely each risk class is to be drawn for review, and what else chance decides.
    `calibration_clips`: how many clips with agreed marks a supervisor reads before anything else; `gold_clip_every`: about how many
    reviews later such a clip comes up again among the others.
    `watched_share`: a review in which less than this share of the footage was watched (0 to 1) needs a reason.
    `public_tables`: what the public is shown every quarter, a file of its own.
    `census_area`: the force's area in the census, such as E23000036; `residents`: counts of its own, which come first.
    """

    name: str
    short_name: str
    reference_prefix: str
    colour: str
    languages: tuple[str, ...]
    receipt_languages: tuple[str, ...]
    retention: RetentionClasses
    review_within: timedelta
    dispute_within: timedelta
    design: Design
    complaints_url: str
    contact_url: str
    publication_minimum: int
    subject_access_url: str
    support: tuple[SupportPlace, ...]
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    calibration_clips: int = 3
    gold_clip_every: int = 25
    watched_share: float = 0.8
    census_area: str | None = None
    residents: Residents | None = None
    competencies: Competencies = field(default_factory=competencies)
    public_tables: PublicTables = field(default_factory=public_tables)

    def footage_kept_on(self, day: date) -> timedelta:
        """Return how long a recording that is no evidence is kept, if it was made on `day`."""
        period = self.retention.on(day).kept[RetentionClass.NON_EVIDENTIAL]
        return timedelta.max if period is None else period.after(day) - day


def read_force(path: Path | None) -> Force:
    """Read a force's YAML; without a path, the invented force of the demo.

    Raises:
        SettingMissing: the file is not there or a key is missing; the message names it.

    """
    source = path or INVENTED
    try:
        read = yaml.safe_load(source.read_text(encoding="utf-8"))
        return Force(
            name=read["name"],
            short_name=read["short_name"],
            reference_prefix=read["reference_prefix"],
            colour=read["colour"],
            languages=tuple(read["languages"]),
            receipt_languages=tuple(read.get("receipt_languages", read["languages"])),
            retention=retention_classes(source.parent / read["retention"] if "retention" in read else USUAL),
            review_within=timedelta(days=read["review_within_days"]),
            dispute_within=timedelta(days=int(read.get("dispute_within_days", DISPUTE_DAYS))),
            design=design_from(read["design"]),
            complaints_url=read["complaints_url"],
            contact_url=read["contact_url"],
            publication_minimum=int(read["publication_minimum"]),
            subject_access_url=read.get("subject_access_url", SUBJECT_ACCESS),
            support=tuple(SupportPlace(**place) for place in read.get("support") or _usual_support()),
            networks=tuple(ip_network(written) for written in read.get("networks", ())),
            calibration_clips=int(read.get("calibration_clips", Force.calibration_clips)),
            gold_clip_every=int(read.get("gold_clip_every", Force.gold_clip_every)),
            watched_share=_share(read.get("watched_share", 0.8)),
            census_area=read.get("census_area"),
            residents=Residents(**read["residents"]) if "residents" in read else None,
            competencies=competencies(source.parent / read["competencies"] if "competencies" in read else USUAL_COMPETENCIES),
            public_tables=public_tables(source.parent / read["public_tables"] if "public_tables" in read else USUAL_TABLES),
        )
    except (OSError, KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        message = f"STOP_SEARCH_FORCE: {source} cannot be used: {error}. Copy {INVENTED.name} and fill it in."
        raise SettingMissing(message) from error


def _share(written: object) -> float:
    share = float(str(written))
    if not 0 <= share <= 1:
        message = f"watched_share must be between 0 and 1, not {written}"
        raise ValueError(message)
    return share


def _usual_support() -> list[dict[str, Any]]:
    """Return the places of the whole country, for a force that names none of its own."""
    return yaml.safe_load(USUAL_SUPPORT.read_text(encoding="utf-8"))["support"]
