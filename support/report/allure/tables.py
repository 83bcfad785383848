"""Tables that a step adds to its story, beside what the bridge makes of every step."""

from __future__ import annotations

import allure


def attach_table(name: str, rows: str) -> None:
    """Attach comma-separated values to what runs now; without a report nothing happens."""
    allure.attach(rows, name=name, attachment_type=allure.attachment_type.CSV)
