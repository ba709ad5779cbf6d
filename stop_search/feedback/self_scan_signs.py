"""Whether an answer looks as if the officer had scanned the receipt himself: the signs, and the rule. Pure; only yes or no is stored."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

AT_ONCE = timedelta(minutes=10)  # somebody who was just searched and answers on the spot is rarely on the officer's own network
SAME_DAY = timedelta(hours=24)
MANY = 3  # encounters of one officer that are answered from one address in one day; two pupils at one school are not suspected

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Signs:
    """What is known while the answer is being sent, and at no other time.

    `from_officers_network`: the officer's device, app or browser used this address today. `from_police_network`: it is the force's own.
    `since_issue`: from the receipt to the answer. `before_end`: the encounter was not over by its record. `encounters_from_here`: of how
    many encounters of this officer answers came from this address today, this one included.
    """

    from_officers_network: bool
    from_police_network: bool
    since_issue: timedelta
    before_end: bool
    encounters_from_here: int


def is_suspected(signs: Signs) -> bool:
    """Return whether the answer is to be left out of the officer's own figures. No single sign is enough, but for many from one place.

    The shares of right and wrong suspicions are measured by simulation: tests/stop_search/feedback/test_self_scan_simulation.py.
    """
    early, many = signs.before_end or signs.since_issue <= AT_ONCE, signs.encounters_from_here >= MANY
    if signs.from_police_network and (signs.since_issue <= SAME_DAY or signs.from_officers_network):
        return True
    return many or (signs.from_officers_network and early)


def plain_address(address: str) -> str:
    """Return what is compared of an address: the whole of IPv4, of IPv6 the subnet (64 bits); "unknown" for anything else.

    >>> plain_address("2001:db8::1:2:3:4"), plain_address("::ffff:192.0.2.1")
    ('2001:db8::/64', '192.0.2.1/32')
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network((mapped, 32 if mapped.version == 4 else 64), strict=False))  # noqa: PLR2004 -- IP versions


def is_within(address: str, networks: Iterable[Network]) -> bool:
    """Return whether an address lies in one of these networks; one that cannot be read lies in none."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return any(mapped in network for network in networks if network.version == mapped.version)
