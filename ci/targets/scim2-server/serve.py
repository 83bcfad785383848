"""Run the command `scim2-server` with the token of the environment, so that it stands on no command line."""

import os
import sys

from scim2_server.testserver.cli import main

sys.argv += ["--port", os.environ["PORT"], "--bearer-token", os.environ["API_TOKEN"]]
main()
