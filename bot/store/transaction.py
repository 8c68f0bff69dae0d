"""What a turn sees of the database: one transaction, by repository."""

from sqlalchemy import Connection

from bot.store.audit import Audit
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.drafts import Drafts
from bot.store.keyring import KeyringSerials
from bot.store.mailboxes import Mailboxes, Replies
from bot.store.objects import Objects
from bot.store.salt import Salt
from bot.store.updates import Updates


class Transaction:
    """One transaction; valid only while the turn's function runs."""

    __slots__ = (
        "audit",
        "cases",
        "conversations",
        "drafts",
        "keyring",
        "mailboxes",
        "objects",
        "replies",
        "salt",
        "updates",
    )

    def __init__(self, connection: Connection) -> None:
        self.updates = Updates(connection)
        self.drafts = Drafts(connection)
        self.objects = Objects(connection)
        self.cases = Cases(connection)
        self.mailboxes = Mailboxes(connection)
        self.replies = Replies(connection)
        self.conversations = Conversations(connection)
        self.keyring = KeyringSerials(connection)
        self.audit = Audit(connection)
        self.salt = Salt(connection)
