"""Words in three languages: catalogues, formats and the widths of letters; no conversation logic, no network.

``catalogs`` joins the translations to a conversation, ``formats`` writes days and country names, ``widths`` measures
texts as a phone draws them. Only this room and ``bot.authoring`` import Babel.
"""

from bot.i18n.catalogs import offered_locales, with_locales

__all__ = ["offered_locales", "with_locales"]
