"""Running the stories without bash: `python -m support.run [pytest arguments]`, as ci/run_tests.sh does.

It uses the environment that it runs in, with the packages that `pip install .` brings, and decides nothing
about tests.
"""
