"""The staff's bot on Telegram, over python-telegram-bot as a typed client and router.

It tells people of cases in one line without content and takes the few acts that are safe on a phone: nothing that was
sealed is here, and nothing could open it. Its token, its key and its process are its own.
"""
