"""Eve over a MongoDB in memory, which ends with the process."""

import os

import mongomock

# Eve takes hold of pymongo's client as it is imported.
with mongomock.patch():
    from eve import Eve

    app = Eve(settings=os.path.join(os.path.dirname(__file__), "settings.py"))

if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
