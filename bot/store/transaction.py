"""What a turn sees of the database: one transaction, by repository."""

from sqlalchemy import Connection

from bot.store.audit import Audit
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.drafts import Drafts
from bot.store.events import Events
from bot.store.keyring import KeyringSerials
from bot.store.mailboxes import Mailboxes, Replies
from bot.store.notices import Notices
from bot.store.nudges import Nudges
from bot.store.objects import Objects
from bot.store.people import LinkCodes, Links, People, Recusals
from bot.store.queue import Queue
from bot.store.rewraps import Rewraps
from bot.store.salt import Salt
from bot.store.sessions import Passkeys, Sessions, SignIns
from bot.store.updates import Updates


class Transaction:
    """One transaction; valid only while the turn's function runs."""

    def __init__(self, connection: Connection) -> None:
        # The defender's side, and what both share.
        self.updates = Updates(connection)
        self.drafts = Drafts(connection)
        self.objects = Objects(connection)
        self.cases = Cases(connection)
        self.mailboxes = Mailboxes(connection)
        self.replies = Replies(connection)
        self.conversations = Conversations(connection)
        self.keyring = KeyringSerials(connection)
        self.salt = Salt(connection)
        # The staff's side.
        self.audit = Audit(connection)
        self.queue = Queue(connection)
        self.events = Events(connection)
        self.notices = Notices(connection)
        self.rewraps = Rewraps(connection)
        self.nudges = Nudges(connection)
        self.recusals = Recusals(connection)
        self.people = People(connection)
        self.sessions = Sessions(connection)
        self.passkeys = Passkeys(connection)
        self.sign_ins = SignIns(connection)
        self.links = Links(connection)
        self.link_codes = LinkCodes(connection)
