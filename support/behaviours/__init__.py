"""What stories do and how it is judged: one package for each folder of `features/`.

Each package brings its parts together in one class, which is what steps ask for. They send through
`support.users`, look through `support.convergence`, and know neither pytest nor the report.
"""
