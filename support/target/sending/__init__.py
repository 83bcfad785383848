"""What a target wants of requests: where operations are, how details are written, what it needs beside."""

from support.target.sending.details import DOMAINS, Answers, Sending

__all__ = ["DOMAINS", "Answers", "Sending"]
