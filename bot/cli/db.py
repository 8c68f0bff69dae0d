"""``panoh db``: the database's schema, brought up to date or checked."""

import typer

from bot import settings
from bot.store.database import Database

commands = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="The database's schema. The database is the one of PANOH_DATABASE_URL, or panoh.db in PANOH_DATA_DIR.",
)


@commands.command("upgrade")
def upgrade() -> None:
    """Make the tables, or bring them to this program's version; run it before the first start and after an update."""
    database = Database(settings.load().database())
    try:
        database.upgrade()
    finally:
        database.close()
    typer.echo("the database has this program's schema")


@commands.command("check")
def check() -> None:
    """See whether the tables are of this program's version; exit 1 where they are not."""
    database = Database(settings.load().database())
    try:
        database.check_schema()
    finally:
        database.close()
    typer.echo("the database has this program's schema")
