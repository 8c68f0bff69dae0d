"""``panoh serve --only defender``: from settings to a running service, or one line that says what is wrong."""

import asyncio
import re

from bot import contacts, log
from bot.app.ending import until_asked
from bot.app.intake import Place, assemble
from bot.app.nature import now, random_bytes
from bot.app.secret_files import read_key
from bot.app.serving import Hook, Line, serve
from bot.i18n.catalogs import translated_locales
from bot.log.events import ContactsOld, ConversationLoaded, LocaleLeftOut, RouteKeysOnDisk
from bot.roster import RosterFile
from bot.settings import Settings
from bot.store.database import Database


async def serve_defender(settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Serve until the process is asked to end, or ``stop`` is set.

    Raises:
        PanohError: a setting, file, key or the database's schema is not as it must be.
    """
    needed = settings.serving()
    settings.present("keyring", "conversation", "locales")
    stop = until_asked() if stop is None else stop
    known = contacts.load(needed.contacts, now().date())
    if known.is_old(now().date()):
        log.write(ContactsOld(days=known.age_days(now().date())))
    if needed.route_dir.is_relative_to(needed.data_dir):
        log.write(RouteKeysOnDisk())
    database = Database(needed.database_url)
    try:
        database.check_schema()
        parts = assemble(
            Place(
                conversation=settings.conversation,
                locales=settings.locales,
                keyring=needed.keyring,
                root_fingerprint=needed.root_fingerprint,
                route_dir=needed.route_dir,
                ping_key=read_key(needed.secrets_dir, "ping_key"),
                operator=needed.operator,
                check_address=needed.check_address,
                contacts=known.placeholders,
                draft_hours=settings.draft_hours,
                delete_hours=settings.delete_hours,
                roster=RosterFile(settings.roster) if settings.roster else None,
            ),
            database,
            now=now,
            random_bytes=random_bytes,
        )
        current = parts.library.current
        locales = ",".join(sorted(current.conversation.texts))
        log.write(ConversationLoaded(digest="-".join(re.findall("....", current.digest[:12])), locales=locales))
        for locale in translated_locales(settings.locales):
            if locale not in current.conversation.texts:
                log.write(LocaleLeftOut(locale=locale))
        await serve(parts, _line(settings, needed.defender_token.get_secret_value()), stop, now=now)
    finally:
        database.close()


def _line(settings: Settings, token: str) -> Line:
    hook = None
    if settings.webhook_url is not None and settings.webhook_secret is not None:
        host, port = settings.listen
        hook = Hook(url=settings.webhook_url, secret=settings.webhook_secret.get_secret_value(), host=host, port=port)
    return Line(token=token, api=settings.defender_api, hook=hook)
