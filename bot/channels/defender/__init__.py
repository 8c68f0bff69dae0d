"""The defender's channel on Telegram: what comes in is translated, what goes out is rendered, nothing else.

aiogram is a typed client here: its dispatcher, states and storages are not used, because they lose updates when the
process dies and stop at the first update they cannot read. The way of an update is ``polling`` or ``webhook``,
``ingress``, ``router``; ``translate`` and ``render`` are pure.

Nothing here logs or raises a text, a chat id or the token.
"""
