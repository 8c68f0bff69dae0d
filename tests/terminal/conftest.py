"""One chat with the real intake."""

from tests.chatting import ground

__all__ = ["ground"]
