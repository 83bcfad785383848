"""`python -m support.runner.glossary`: writes the glossary of sentences and the index of stories anew."""

from support.runner.glossary.writing import main

main()
