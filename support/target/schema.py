"""The JSON schema of profiles, so that editors complete and check them: `python -m support.target.schema`.

Editors that know TOML find it by a line `#:schema PATH` at the top of a profile.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from support.target.profile import Target

FILE = Path(__file__).with_name("profile.schema.json")


def schema_text() -> str:
    """Return the schema as it stands in the file."""
    return json.dumps(Target.model_json_schema(), indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Write the schema anew."""
    FILE.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name} is written\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
