"""Everything on one machine with throw-away keys: emulator, phone, defender's bot, and a page that shows what is held.

The one server room that imports ``offline``: it makes the keys of staff that exist for an afternoon. Nothing real may
run here: no real token is taken, and everything is deleted at the end unless it is asked to be kept.
"""
