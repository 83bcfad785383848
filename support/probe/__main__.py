"""The command: ``python -m support.probe``."""

from support.probe.command import main

raise SystemExit(main())
