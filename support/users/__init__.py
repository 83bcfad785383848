"""The users API in the contract's terms: operations, reading, pages, and the rules for single answers.

Translates between a target's representation and the contract's. It looks at one answer at a time; what
several readers see, and when, is the part of `support.convergence`.
"""

from support.users.api import UsersApi
from support.users.contract import User
from support.users.normalizers import Normalizer
from support.users.person import Person, Write
from support.users.validators import Validator

__all__ = ["Normalizer", "Person", "User", "UsersApi", "Validator", "Write"]
