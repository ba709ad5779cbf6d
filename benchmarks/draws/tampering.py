"""How many forged draws are found, with and without what is known outside; do honest ones pass? Prints the table of docs/draw-tampering.md.

`python benchmarks/draws/tampering.py [EACH]`: so many forgeries of each kind (500), and four times as many honest draws.
"""

import sys
import time

from stop_search.draws.tickets import path_holds
from stop_search.draws.verification import draw_problems
from tests.support.bundles import a_bundle, anchors_of, seeded
from tests.support.forgeries import FORGERS, Forged, a_truncated_path
from tests.support.outside import outside

draw, forms = outside("draw"), outside("draw_forms")


def found(published: Forged) -> tuple[bool, bool, bool, bool]:
    """Return whether anything is found by the script and by the product, with anchors.json and then without it."""
    files = {name: content.decode("latin-1") for name, content in published.files.items()}
    read = draw.Published(files)
    script = (draw.verdict({"draw": read}, published.anchors.decode()), draw.verdict({"draw": read}))
    product = (draw_problems(published.files, anchors=published.anchors), draw_problems(published.files))
    return bool(script[0]), bool(product[0]), bool(script[1]), bool(product[1])


def counted(all_found: list[tuple[bool, ...]]) -> str:
    """Return the columns of a row."""
    return " | ".join(f"{sum(column):,}" for column in zip(*all_found, strict=True))


def main() -> None:
    """Print the table."""
    each = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    began, forged = time.perf_counter(), list[tuple[bool, ...]]()
    print(f"| what a forger did, {each:,} times each | script, with anchors | product, with anchors | script, without | product, without |")
    print("|---|---:|---:|---:|---:|")
    for kind, forger in FORGERS.items():
        chance = seeded(f"table {kind}")
        tried: list[tuple[bool, ...]] = [found(forger(chance)) for _ in range(each)]
        forged += tried
        print(f"| {kind} | {counted(tried)} |", flush=True)
    chance = seeded("table path")
    paths = [a_truncated_path(chance) for _ in range(each)]
    broken = [(not forms.path_holds(row, path, *rest), not path_holds(row, path, *rest)) for row, path, *rest in paths]
    print(f"| truncated Merkle path | {counted(broken)} | | |")
    print(f"| **all {len(forged) + each:,}** | {counted([row[:2] for row in forged] + broken)} | {counted([row[2:] for row in forged])} |")
    chance, honest = seeded("table honest"), list[tuple[bool, ...]]()
    for n in range(4 * each):
        one = a_bundle(chance, stream=("main", "main", "cover")[n % 3], kind=("dice", "drand")[n % 2])
        honest.append(found(Forged(one.files(), anchors_of([one]))))
    print(f"| **honest draws refused, of {len(honest):,}** | {counted(honest)} |")
    print(f"\n{time.perf_counter() - began:.0f} s.")


if __name__ == "__main__":
    main()
