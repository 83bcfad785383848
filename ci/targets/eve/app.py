"""Eve over a MongoDB in memory, which ends with the process."""

import os
from pathlib import Path

import mongomock

# Eve takes hold of pymongo's client as it is imported.
with mongomock.patch():
    from eve import Eve

    app = Eve(settings=str(Path(__file__).with_name("settings.py")))

if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
