"""All stories, bound in one line."""

from pytest_bdd import scenarios

scenarios("../features")
