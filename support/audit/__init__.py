"""The end-of-run audit: what stories acknowledged, looked at once more when every bound is over.

Takes facts from the stories of all workers and judges them once. It changes nobody and starts no story.
"""

from support.audit.end_audit import Audit
from support.audit.facts import FactLog
from support.audit.list_health import ListHealth, ListLog

__all__ = ["Audit", "FactLog", "ListHealth", "ListLog"]
