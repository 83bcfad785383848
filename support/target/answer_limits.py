"""How large an answer may be before it is a finding of its own: nothing is read beyond."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class AnswerLimits(BaseModel):
    """The largest answers that are read; what is larger counts as a fault of the request that got it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    body_bytes: int = Field(
        8 * 1024 * 1024, ge=1024, description="The largest body [bytes], decompressed.", examples=[33554432]
    )
    headers_bytes: int = Field(
        65536, ge=1024, le=1024 * 1024, description="The largest status line and headers together [bytes]."
    )

    @property
    def rule(self) -> str:
        """The limits in words, with the name of the setting."""
        return (
            f"an answer has at most {self.body_bytes} bytes, {self.headers_bytes} of headers (answer_limits)"
        )
