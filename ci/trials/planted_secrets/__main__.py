"""The command: `python -m ci.trials.planted_secrets [PART …] [--quick | --every N] [--seed N]`.

Prints a table in Markdown, a line for each way; exit code 1 when a secret was found, or when too little of
what was planted was shown for that to mean something. Its words name shapes and encodings only.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ci.trials.planted_secrets.planting import Plantation
from ci.trials.planted_secrets.search import find, read_outputs
from ci.trials.planted_secrets.shapes import make_secrets
from ci.trials.planted_secrets.starts import start_all
from ci.trials.planted_secrets.stories import tell_stories
from ci.trials.planted_secrets.tests import run_tests
from ci.trials.tables import write_row, write_table

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS = ("stories", "starts", "tests")
# Of what a part has planted. Stories cut bodies, and keep reasons and cookies to themselves.
LEAST_SHOWN = {"stories": 0.4, "starts": 0.8, "tests": 0.8}
MOST_TOLD = 40


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant secrets, search for them, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m ci.trials.planted_secrets", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="each start with a few of the combinations only")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each start with every Nth of them")
    parser.add_argument("--seed", type=int, default=14, help="of the secrets")
    options = parser.parse_args(arguments)
    chosen = options.parts or list(PARTS)
    if unknown := set(chosen) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    print(write_table(("part", "way", "planted", "came to an output", "found"), []), flush=True)
    wrong = False
    for part in chosen:
        with tempfile.TemporaryDirectory(prefix="planted-") as folder:
            secrets = make_secrets(options.seed)
            wrong |= _measure(part, Path(folder), secrets, is_quick=options.quick, every=options.every)
    return 1 if wrong else 0


def _measure(part: str, folder: Path, secrets: dict[str, str], *, is_quick: bool, every: int) -> bool:
    """Measure one part; return whether it is not as it has to be."""
    plantation = Plantation(secrets)
    sought = dict(secrets)
    if part == "stories":
        folders, passwords = tell_stories(folder, plantation)
        sought |= passwords
    elif part == "starts":
        folders = start_all(folder, plantation, is_quick=is_quick, every=every)
    else:
        folders = run_tests(folder, plantation)
    texts = read_outputs(folders)
    found = find(sought, texts)
    everything = "\n".join(texts.values())
    shown = plantation.shown_in(everything)
    lowered = everything.lower()
    leaks: Counter[str] = Counter()
    shown_whole = set()
    for match in re.finditer(r"planted(\d{5,})x ", lowered):
        text = plantation.planted[int(match[1])].text.lower()
        if text and lowered.startswith(text, match.end()):
            shown_whole.add(int(match[1]))
    leaks.update(plantation.planted[number].way for number in shown_whole)
    seen = 0
    for way, numbers in plantation.by_way().items():
        # A start may well keep to itself what it was told: that it said anything is enough.
        count = plantation.ended[way] or len(shown.intersection(numbers))
        seen += count
        print(write_row((part, way, len(numbers), count, leaks[way])), flush=True)
    print(f"{part}: {len(texts)} texts, {len(everything) >> 10} KiB searched, {len(found)} finds", flush=True)
    for told in sorted({f"{each.shape}, {each.how}, in {each.where}" for each in found})[:MOST_TOLD]:
        print(f"found: {told}", flush=True)
    return bool(found or seen < LEAST_SHOWN[part] * len(plantation.planted))


if __name__ == "__main__":
    raise SystemExit(main())
