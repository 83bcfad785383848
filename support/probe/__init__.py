"""Looking at a live service that has no profile yet: `python -m support.probe URL` writes a draft of one.

Creates a few users of its own, in the journal before they are sent, and deletes them. It never sends
anything but GET and POST to the collection, and anything else only to users that it created. It proposes
what a profile needs to work at all, with what was seen; promises it only lists, for a person to declare.
"""
