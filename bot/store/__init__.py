"""The database: drafts, sealed objects, cases, mailboxes, the keyring's serial and the audit, on SQLite or PostgreSQL.

Only bytes that are already sealed come in, and only the values of ``bot.store.values`` go out; a row never leaves, and
a chat id never arrives. ``bot.store.database`` opens a database and runs one transaction function per turn.
"""
