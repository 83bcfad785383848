"""Adapters: code for what a profile cannot say of its service, one small class in a Python file of its own.

This is the documented place: `Adapter` says what a class may change, `load_adapter` finds it. An adapter only
writes requests and reads answers otherwise; it sends nothing, keeps nothing and judges nothing.
"""

from support.target.adapters.adapter import Adapter, Answered, Asked, as_json, from_json
from support.target.adapters.loading import load_adapter

__all__ = ["Adapter", "Answered", "Asked", "as_json", "from_json", "load_adapter"]
