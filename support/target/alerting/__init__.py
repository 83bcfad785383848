"""Who is told when a run is not green, as a profile says it: by names of variables, as the URL is a secret.

Sending is `support.report.alerts`' part.
"""

from __future__ import annotations

from pydantic import Field

from support.target.part import Part


class Alert(Part):
    """A webhook that is told of broken promises and inconclusive runs."""

    webhook: str = Field(
        "",
        description=(
            "The environment variable that holds the URL of a webhook like Slack's, which is told of broken "
            "promises and of inconclusive runs; empty for nobody."
        ),
        examples=["ALERT_WEBHOOK"],
    )
    report: str = Field(
        "REPORT_URL",
        description="The environment variable that holds the link to the report, for that message.",
        examples=["CI_JOB_URL"],
    )
