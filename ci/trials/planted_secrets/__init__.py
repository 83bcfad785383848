"""Whether what a run leaves and says shows a secret: `python -m ci.trials.planted_secrets`.

Secrets of awkward shapes are given away in every way that was thought of, in each of many encodings: by the
answers of a service, by what a set-up mistake is told with, and by tests that fail with a secret at hand.
Then every file and everything that was said is searched, without the redactor's help. Nothing is mended here.
"""
