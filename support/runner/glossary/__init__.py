"""The sentences and stories as documents: which sentences there are, what they take, which story tells what.

Responsible for the glossary in `features/README.md` and for `features/STORIES.md`; `python -m
support.runner.glossary` writes both. It matches no story and runs none: that is pytest-bdd's part.
"""
