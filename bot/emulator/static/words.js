// The words of the phone itself (not of the conversation), in the three languages.

export const LANGUAGES = { en: "English", ru: "Русский", tg: "Тоҷикӣ" };

export const WORDS = {
  en: {
    account: "bot", connecting: "connecting…", language: "Language of the phone", chat: "Chat", more: "More",
    start: "Start", about: "What can this bot do?", unblock: "Unblock", message: "Message", send: "Send",
    attach: "Attach", commands: "Commands", cancel: "Cancel", close: "Close", reply: "Reply", edit: "Edit",
    remove: "Delete", editing: "Editing", replying: "Reply to", edited: "edited", you: "You", them: "Bot",
    actions: "Message actions", spoiler: "Hidden text. Press to show it.", protected: "Cannot be copied or forwarded",
    photo: "Photo", document: "File", voice: "Voice message", location: "Location", contact: "Contact",
    sticker: "Sticker", forward: "Forwarded message", forwarded: "Forwarded from", hidden: "a hidden account",
    delete_chat: "Delete chat for both", block: "Block the bot", sample: "Made-up samples",
    forward_text: "A made-up message that somebody else wrote.", other: "Message", ok: "OK",
    failed: "That did not work.",
  },
  ru: {
    account: "бот", connecting: "соединение…", language: "Язык телефона", chat: "Чат", more: "Ещё",
    start: "Начать", about: "Что умеет этот бот?", unblock: "Разблокировать", message: "Сообщение", send: "Отправить",
    attach: "Прикрепить", commands: "Команды", cancel: "Отмена", close: "Закрыть", reply: "Ответить", edit: "Изменить",
    remove: "Удалить", editing: "Изменение", replying: "Ответ на", edited: "изменено", you: "Вы", them: "Бот",
    actions: "Действия с сообщением", spoiler: "Скрытый текст. Нажмите, чтобы показать.",
    protected: "Нельзя скопировать или переслать",
    photo: "Фото", document: "Файл", voice: "Голосовое сообщение", location: "Место", contact: "Контакт",
    sticker: "Стикер", forward: "Пересланное сообщение", forwarded: "Переслано от", hidden: "скрытый аккаунт",
    delete_chat: "Удалить чат у обоих", block: "Заблокировать бота", sample: "Выдуманные примеры",
    forward_text: "Выдуманное сообщение, которое написал кто-то другой.", other: "Сообщение", ok: "OK",
    failed: "Не получилось.",
  },
  tg: {
    account: "бот", connecting: "пайвастшавӣ…", language: "Забони телефон", chat: "Чат", more: "Боз",
    start: "Оғоз", about: "Ин бот чӣ кор мекунад?", unblock: "Аз бандкунӣ баровардан", message: "Паём",
    send: "Фиристодан", attach: "Замима кардан", commands: "Фармонҳо", cancel: "Бекор кардан", close: "Пӯшидан",
    reply: "Ҷавоб додан", edit: "Таҳрир", remove: "Нест кардан", editing: "Таҳрир", replying: "Ҷавоб ба",
    edited: "таҳриршуда", you: "Шумо", them: "Бот", actions: "Амалҳо бо паём",
    spoiler: "Матни пинҳон. Барои дидан пахш кунед.", protected: "Нусха гирифтан ё фиристодан мумкин нест",
    photo: "Акс", document: "Файл", voice: "Паёми овозӣ", location: "Ҷой", contact: "Тамос", sticker: "Стикер",
    forward: "Паёми каси дигар", forwarded: "Фиристода шуд аз", hidden: "аккаунти пинҳон",
    delete_chat: "Нест кардани чат дар ҳарду", block: "Банд кардани бот", sample: "Намунаҳои сохта",
    forward_text: "Паёми сохтае, ки каси дигар навиштааст.", other: "Паём", ok: "Хуб", failed: "Нашуд.",
  },
};
