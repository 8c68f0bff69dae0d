// One message as a bubble with its keyboard: from the Bot API's JSON to elements. Knows nothing of the network.
import { element, icon, iconButton } from "./elements.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", text_link: "u",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

/** Text with entities; offsets count UTF-16 units, which is how strings here are indexed too. */
function rich(text, entities, words, send) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  function part(from, to, within) {
    const nodes = [];
    let at = from;
    while (within.length) {
      const entity = within.shift();
      const end = Math.min(entity.offset + entity.length, to);
      if (entity.offset < at) continue;
      if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
      const inner = [];
      while (within.length && within[0].offset < end) inner.push(within.shift());
      nodes.push(styled(entity, part(entity.offset, end, inner), text.slice(entity.offset, end)));
      at = end;
    }
    if (at < to) nodes.push(text.slice(at, to));
    return nodes;
  }
  function styled(entity, children, own) {
    if (entity.type === "spoiler") return spoiler(children, words);
    if (entity.type === "bot_command" && send) {
      return element("button", { type: "button", className: "command", text: own, onclick: () => send(own) });
    }
    return element(TAGS[entity.type] ?? "span", { children });
  }
  return part(0, text.length, sorted);
}

function spoiler(children, words) {
  const hidden = element("span", { className: "spoiler-text", children });
  const cover = element("button", { type: "button", className: "spoiler", "aria-label": words.spoiler, children: [hidden] });
  cover.addEventListener("click", () => {
    const shown = element("span", { className: "spoiler-open", tabindex: "-1", children: [...hidden.childNodes] });
    cover.replaceWith(shown);
    shown.focus({ preventScroll: true });
  });
  return cover;
}

function attachment(content, words) {
  const row = (name, title, detail) => element("div", { className: "attachment", children: [
    element("span", { className: "attachment-icon", children: [icon(name)] }),
    element("span", { className: "attachment-words", children: [
      element("span", { text: title }), element("span", { className: "faint", text: detail }),
    ] }),
  ] });
  if (content.photo) return element("div", { className: "picture", role: "img", "aria-label": words.photo, children: [icon("photo")] });
  if (content.voice) return row("voice", words.voice, `0:${String(content.voice.duration).padStart(2, "0")}`);
  if (content.document) return row("document", content.document.file_name ?? words.document, size(content.document.file_size));
  if (content.location) return row("location", words.location, `${content.location.latitude}, ${content.location.longitude}`);
  if (content.contact) return row("contact", content.contact.first_name, content.contact.phone_number);
  if (content.sticker) return element("div", { className: "sticker", role: "img", "aria-label": words.sticker, text: content.sticker.emoji ?? "▢" });
  return content.text === undefined && content.caption === undefined ? row("document", words.other, "") : null;
}

function size(bytes) {
  return bytes === undefined ? "" : bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

function origin(forward, words) {
  if (!forward) return null;
  const name = forward.sender_user_name ?? forward.sender_user?.first_name ?? words.hidden;
  return element("div", { className: "origin", text: `${words.forwarded} ${name}` });
}

function quote(reply) {
  return reply && element("div", { className: "quote", children: [element("span", { text: reply.text || "…" })] });
}

function keyboard(markup, message, act) {
  const rows = markup?.inline_keyboard ?? [];
  return rows.length > 0 && element("div", { className: "keyboard", children: rows.map((row) =>
    element("div", { className: "keyboard-row", children: row.map((button) => {
      const made = element("button", {
        type: "button", className: `keyboard-button ${button.style ?? ""}`.trim(), title: button.text,
        children: [element("span", { className: "keyboard-label", text: button.text })],
      });
      made.addEventListener("click", () => act.tap(message, button, made));
      return made;
    }) })) });
}

/** The whole of one message. `act` has `tap`, `send` and `open` (the sheet of what can be done with a message). */
export function bubble(message, words, act) {
  const { content } = message;
  const body = content.text ?? content.caption;
  const entities = content.entities ?? content.caption_entities;
  const time = new Date(message.date * 1000);
  const clock = element("time", {
    datetime: time.toISOString(), text: time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false }),
  });
  const meta = element("div", { className: "meta", children: [
    message.protected && element("span", { className: "lock", title: words.protected, role: "img", "aria-label": words.protected, children: [icon("lock")] }),
    message.edited && element("span", { text: words.edited }),
    clock,
    iconButton("more", words.actions, () => act.open(message), "message-actions"),
  ] });
  return element("div", {
    className: ["message", message.mine ? "mine" : "theirs", message.protected && "protected"].filter(Boolean).join(" "),
    "data-message": message.id,
    children: [
      element("div", { className: "bubble", children: [
        element("span", { className: "unseen", text: `${message.mine ? words.you : words.them}:` }),
        origin(content.forward_origin, words),
        quote(content.reply),
        attachment(content, words),
        body !== undefined && element("div", { className: "words", dir: "auto", children: rich(body, entities, words, message.mine ? null : act.send) }),
        meta,
      ] }),
      keyboard(content.reply_markup, message, act),
    ],
  });
}
