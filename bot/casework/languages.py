"""The languages that staff may say they read, and a case may be said to be written in.

One closed list, the desk's own languages first, in which a person is spoken to. Which of them the desk and the chat are
offered in is another matter: that follows the catalogues.
"""

LANGUAGES = ("en", "ru", "tg", "uz", "ky", "kk", "fa", "sgh")
"""English, Russian, Tajik, Uzbek, Kyrgyz, Kazakh, Persian (also Dari), Shughni."""
