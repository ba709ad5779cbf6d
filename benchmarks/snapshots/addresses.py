"""Whose receipts are photographed: addresses as long as the forces of England and Wales would have them, and codes as we make them."""

import uuid

from stop_search.encounters.receipt_codes import make_code

FORCES = (
    *("avonandsomerset", "beds", "btp", "cambs", "cheshire", "cityoflondon", "cleveland", "cumbria", "derbyshire", "devon-cornwall"),
    *(
        "dorset",
        "durham",
        "dyfed-powys",
        "essex",
        "gloucestershire",
        "gmp",
        "gwent",
        "hampshire",
        "herts",
        "humberside",
        "kent",
        "lancashire",
    ),
    *("leics", "lincs", "merseyside", "met", "norfolk", "northants", "northumbria", "northwales", "northyorkshire", "notts", "south-wales"),
    *("southyorkshire", "staffordshire", "suffolk", "surrey", "sussex", "thamesvalley", "warwickshire", "westmercia", "westmidlands"),
    *("westyorkshire", "wiltshire"),
)
PUBLIC_URLS = (
    *(f"https://stops.{force}.police.uk" for force in FORCES),
    "https://stop.police.uk",
    "https://stop-and-search.gloucestershire.police.uk",
)


def public_url(number: int) -> str:
    """Return the address of the installation that the receipt of this number comes from."""
    return PUBLIC_URLS[number % len(PUBLIC_URLS)]


def receipt_code(seed: int, number: int) -> str:
    """Return a receipt code, the same for the same seed and number."""
    return make_code(b"photographs of receipts", uuid.UUID(int=seed << 64 | number))
