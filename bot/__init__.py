"""Panoh: a guided, sealed intake for people who suffer reprisals for working with the United Nations.

The map of the package, top to bottom; a room imports only from rooms below it:

``cli`` commands, ``demo`` and ``app`` (composition root), the ways in and out (``channels``, ``authoring``,
``emulator``, ``offline``), the two services (``intake`` for defenders, ``casework`` for staff), ``store``,
the libraries without state (``loader``, ``i18n``, ``sealing``), ``settings`` and ``log``, the pure ``engine``,
and ``errors`` and ``ids`` below everything.

Importing this package does nothing.
"""

__version__ = "0.1.0"
