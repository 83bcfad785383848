"""The command: ``python -m support.cleanup``."""

from support.cleanup.command import main

raise SystemExit(main())
