"""Where a request comes from, for the one purpose of noticing officers who answer for the public: as a digest of this day, never kept."""

from datetime import datetime

from fastapi import Request

from stop_search.feedback.self_scan_signs import is_within
from stop_search.feedback.self_scans import NETWORKS_KEY_USE, network_digest
from stop_search.installation import Installation


def digest_of_network(request: Request, installation: Installation, now: datetime) -> str:
    """Return the digest that stands for the visitor's network today."""
    return network_digest(_address(request), key=installation.key_for(NETWORKS_KEY_USE), now=now)


def is_from_police_network(request: Request) -> bool:
    """Return whether the visitor's address is one of the force's own, by the force's YAML."""
    return is_within(_address(request), request.app.state.force.networks)


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
