"""Words in three languages: catalogues, formats and the widths of letters; no conversation logic, no network.

``catalogs`` joins the translations to a conversation and builds the compiled catalogues, ``formats`` writes days and
country names, ``widths`` measures texts as a phone draws them. Only this room and ``bot.authoring`` import Babel.
"""

from bot.i18n.catalogs import compile_all, offered_locales, with_locales

__all__ = ["compile_all", "offered_locales", "with_locales"]
