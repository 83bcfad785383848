"""The command: ``python -m support.cleanup``."""

from support.cleanup.sweep import main

raise SystemExit(main())
