"""The pure core: a conversation is a table, ``step`` moves through it, everything else is asked of both.

No clock, chance, disk, network or library. The rules are written down in ``docs/conversation.md``.
"""
