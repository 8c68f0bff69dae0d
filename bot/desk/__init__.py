"""The desk: a JSON API for staff's browsers, and the static page that uses it.

HTTP lives here and nothing else: what staff may do and see is decided in ``bot.casework``. What a case says passes
through sealed. ``web`` holds the page's sources, ``static`` what was built of them.
"""
