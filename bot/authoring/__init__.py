"""Tools for authors and translators: they read conversations and catalogues and say what is wrong, with its place.

Nothing in here runs while a defender writes.
"""
