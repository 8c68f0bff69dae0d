"""Alembic runs this file; the connection and its transaction are those of ``bot.store.migrating``."""

from alembic import context

from bot.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite undoes CREATE TABLE like anything else, since our engine begins the transaction itself.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
