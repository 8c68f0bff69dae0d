// The phone: one chat on a small screen, drawn from what the emulator says and telling it what the person did.
//
//   import { mountPhone } from "/phone/static/phone.js";      (and link /phone/static/phone.css)
//   mountPhone(element, { user: "me", language: "tg" });
//
// The element gets everything; nothing outside it is touched, except the language of the page when asked to.
import { bubble } from "./bubble.js";
import { element, icon, iconButton } from "./elements.js";
import { LANGUAGES, WORDS } from "./words.js";

const TOAST_SECONDS = 3.5;
const RETRY_MILLISECONDS = 1000;
const NEAR_THE_END = 80;
const LONGEST_TEXT = 8000;
const SAMPLES = ["photo", "document", "voice", "location", "contact", "sticker", "forward"];

/** Put a phone into `root`. `language` is one of en, ru, tg; without it the browser's own decides. */
export function mountPhone(root, { user = "me", language = null, base = "" } = {}) {
  return new Phone(root, user, language ?? navigator.language.slice(0, 2), base);
}

class Phone {
  constructor(root, user, language, base) {
    this.root = root;
    this.address = `${base}/phone/api/${encodeURIComponent(user)}`;
    this.language = language in WORDS ? language : "en";
    this.state = null;
    this.drawn = new Map();
    this.pressed = new Map();
    this.seen = null;
    this.mode = null;
    this.atEnd = true;
    this.build();
    this.listen();
  }

  get words() {
    return WORDS[this.language];
  }

  // ------------------------------------------------------------------------------------------------ the frame

  build() {
    const { words } = this;
    this.drawn.clear();
    this.root.classList.add("phone");
    this.root.lang = this.language;
    this.title = element("h1", { className: "phone-name" });
    this.subtitle = element("span", { className: "phone-subtitle", text: words.account });
    this.avatar = element("span", { className: "avatar", "aria-hidden": "true" });
    this.header = element("header", { className: "phone-header", children: [
      this.avatar,
      element("div", { className: "phone-title", children: [this.title, this.subtitle] }),
      this.languages(),
      iconButton("more", words.more, () => this.openMore()),
    ] });
    this.about = element("div", { className: "about" });
    this.log = element("div", { className: "log", role: "log", "aria-live": "polite", "aria-label": words.chat, tabindex: "0" });
    this.log.addEventListener("scroll", () => { this.atEnd = this.isAtEnd(); });
    // A long text that is being typed must not cover the question it answers.
    new ResizeObserver(() => { if (this.atEnd) this.log.scrollTop = this.log.scrollHeight; }).observe(this.log);
    this.toast = element("div", { className: "toast", role: "status" });
    this.modeBar = element("div", { className: "mode", hidden: true });
    this.replyKeyboard = element("div", { className: "reply-keyboard", hidden: true });
    this.bottom = element("footer", { className: "phone-bottom" });
    this.sheet = element("dialog", { className: "sheet" });
    this.sheet.addEventListener("click", (event) => event.target === this.sheet && this.sheet.close());
    this.buildComposer();
    this.root.replaceChildren(this.header, this.log, this.toast, this.modeBar, this.replyKeyboard, this.bottom, this.sheet);
    if (this.state) this.draw(this.state);
  }

  languages() {
    const select = element("select", { className: "language", "aria-label": this.words.language, children:
      Object.entries(LANGUAGES).map(([code, name]) => element("option", { value: code, text: name, selected: code === this.language, lang: code })) });
    select.addEventListener("change", () => {
      this.language = select.value;
      this.build();
      this.waiting?.abort();
      this.root.querySelector(".language").focus();
    });
    return select;
  }

  buildComposer() {
    const { words } = this;
    this.input = element("textarea", { className: "input", rows: "1", maxlength: LONGEST_TEXT, placeholder: words.message, "aria-label": words.message, dir: "auto" });
    this.input.addEventListener("input", () => this.grow());
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
      if (event.key === "Escape") this.setMode(null);
    });
    this.commands = iconButton("commands", words.commands, () => this.openCommands());
    this.composer = element("form", { className: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); }, children: [
      this.commands, this.input,
      iconButton("attach", words.attach, () => this.openAttach()),
      element("button", { type: "submit", className: "icon-button send", "aria-label": words.send, title: words.send, children: [icon("send")] }),
    ] });
    this.startButton = element("button", { type: "button", className: "wide-button", text: words.start, onclick: () => this.act({ do: "start" }) });
    this.unblockButton = element("button", { type: "button", className: "wide-button", text: words.unblock, onclick: () => this.act({ do: "unblock" }) });
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 126)}px`;
  }

  // ------------------------------------------------------------------------------------------------ the wire

  async listen() {
    for (;;) {
      this.waiting = new AbortController();
      try {
        const query = new URLSearchParams({ lang: this.language, since: this.state?.revision ?? "" });
        const answer = await fetch(`${this.address}/chat?${query}`, { signal: this.waiting.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        this.subtitle.textContent = this.words.account;
        this.draw(await answer.json());
      } catch (error) {
        if (error.name === "AbortError") {
          this.state &&= { ...this.state, revision: "" };
          continue;
        }
        this.subtitle.textContent = this.words.connecting;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
      }
    }
  }

  async act(what) {
    try {
      const answer = await fetch(`${this.address}/act`, {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...what, lang: this.language }),
      });
      if (answer.ok) return await answer.json();
    } catch { /* said below */ }
    this.say(this.words.failed);
    return null;
  }

  // ---------------------------------------------------------------------------------------------- the drawing

  draw(state) {
    const first = this.state === null;
    this.state = state;
    this.title.textContent = state.profile.name;
    this.avatar.textContent = [...state.profile.name][0] ?? "";
    this.drawAbout(state);
    this.drawMessages(state.messages, first);
    this.drawToasts(state.toasts);
    this.drawBottom(state);
  }

  drawAbout({ profile, messages }) {
    const shown = messages.length === 0 && profile.description;
    this.about.replaceChildren(...(shown ? [element("strong", { text: this.words.about }), element("p", { text: profile.description })] : []));
    if (shown && !this.about.isConnected) this.log.prepend(this.about);
    if (!shown) this.about.remove();
  }

  drawMessages(messages, first) {
    const atEnd = this.isAtEnd();
    const hadFocus = this.log.contains(document.activeElement) && document.activeElement !== this.log;
    const wanted = new Set(messages.map((message) => message.id));
    for (const [id, { node }] of this.drawn) {
      if (!wanted.has(id)) {
        node.remove();
        this.drawn.delete(id);
      }
    }
    let grown = false;
    for (const message of messages) {
      const key = JSON.stringify(message);
      const before = this.drawn.get(message.id);
      if (before?.key === key) continue;
      const node = bubble(message, this.words, {
        tap: (...what) => this.tap(...what), send: (text) => this.act({ do: "send", text }), open: (what) => this.openMessage(what),
      });
      if (before) before.node.replaceWith(node);
      else {
        this.log.append(node);
        grown = true;
      }
      this.drawn.set(message.id, { key, node });
    }
    if (first || (grown && (atEnd || messages.at(-1)?.mine))) this.log.scrollTop = this.log.scrollHeight;
    // A pressed button goes away with its question: the keyboard goes on at the newest one.
    if (hadFocus && !this.log.contains(document.activeElement)) {
      (this.log.querySelector(".message:last-child .keyboard-button") ?? this.input).focus({ preventScroll: true });
    }
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_THE_END;
  }

  drawToasts(toasts) {
    const isNew = this.seen;
    this.seen ??= new Set();
    for (const toast of toasts) {
      if (!toast.answered || this.seen.has(toast.id)) continue;
      this.seen.add(toast.id);
      const button = this.pressed.get(toast.id);
      button?.removeAttribute("aria-busy");
      this.pressed.delete(toast.id);
      if (!isNew || !toast.text) continue;
      if (toast.alert) this.openSheet(toast.text, []);
      else this.say(toast.text);
    }
  }

  drawBottom({ started, blocked, messages, profile, keyboard }) {
    const control = blocked ? this.unblockButton : started && messages.length ? this.composer : this.startButton;
    this.commands.hidden = profile.commands.length === 0;
    if (this.bottom.firstChild !== control) {
      const had = this.bottom.contains(document.activeElement);
      this.bottom.replaceChildren(control);
      if (had) (control === this.composer ? this.input : control).focus();
    }
    const rows = control === this.composer ? keyboard : [];
    this.replyKeyboard.hidden = rows.length === 0;
    this.replyKeyboard.replaceChildren(...rows.map((row) => element("div", { className: "keyboard-row", children: row.map((given) => {
      const text = given.text ?? given;
      return element("button", { type: "button", className: "reply-button", text, onclick: () => this.act({ do: "send", text }) });
    }) })));
  }

  say(text) {
    clearTimeout(this.toastTimer);
    this.toast.textContent = text;
    this.toast.classList.add("shown");
    this.toastTimer = setTimeout(() => {
      this.toast.classList.remove("shown");
      this.toast.textContent = "";
    }, TOAST_SECONDS * 1000);
  }

  // ----------------------------------------------------------------------------------------- what a person does

  async submit() {
    const text = this.input.value.trim();
    if (!text) return;
    const { mode } = this;
    const what = mode?.kind === "edit" ? { do: "edit", id: mode.message.id, text } : { do: "send", text, reply_to: mode?.message.id };
    this.input.value = "";
    this.setMode(null);
    if (await this.act(what) === null && !this.input.value) this.input.value = text;
    this.grow();
    this.input.focus();
  }

  async tap(message, button, made) {
    if (button.callback_data === undefined) {
      if (button.copy_text) await navigator.clipboard?.writeText(button.copy_text.text);
      return;
    }
    made.setAttribute("aria-busy", "true");
    const tapped = await this.act({ do: "tap", id: message.id, data: button.callback_data });
    if (tapped === null) made.removeAttribute("aria-busy");
    else this.pressed.set(tapped.query, made);
  }

  setMode(mode) {
    this.mode = mode;
    this.modeBar.hidden = mode === null;
    if (mode === null) return;
    const { words } = this;
    const text = mode.message.content.text ?? mode.message.content.caption ?? words.other;
    this.modeBar.replaceChildren(
      element("div", { className: "mode-words", children: [
        element("strong", { text: mode.kind === "edit" ? words.editing : words.replying }), element("span", { text }),
      ] }),
      iconButton("close", words.cancel, () => {
        if (mode.kind === "edit") this.input.value = "";
        this.setMode(null);
        this.input.focus();
      }),
    );
    if (mode.kind === "edit") this.input.value = text;
    this.grow();
    this.input.focus();
  }

  // ------------------------------------------------------------------------------------------------- the sheets

  openSheet(heading, items) {
    const close = (then) => () => { this.sheet.close(); then?.(); };
    this.sheet.setAttribute("aria-label", heading);
    this.sheet.replaceChildren(
      element("p", { className: "sheet-heading", text: heading }),
      ...items.map(({ label, detail, symbol, then, danger }) => element("button", {
        type: "button", className: danger ? "sheet-item danger" : "sheet-item", onclick: close(then),
        children: [symbol && icon(symbol), element("span", { text: label }), detail && element("span", { className: "faint", text: detail })],
      })),
      element("button", { type: "button", className: "sheet-item cancel", text: items.length ? this.words.cancel : this.words.ok, onclick: close() }),
    );
    this.sheet.showModal();
  }

  openMore() {
    const { words } = this;
    this.openSheet(words.more, [
      { label: words.delete_chat, then: () => this.act({ do: "delete_chat" }), danger: true },
      this.state?.blocked
        ? { label: words.unblock, then: () => this.act({ do: "unblock" }) }
        : { label: words.block, then: () => this.act({ do: "block" }), danger: true },
    ]);
  }

  openCommands() {
    this.openSheet(this.words.commands, this.state.profile.commands.map(({ command, description }) => ({
      label: `/${command}`, detail: description, then: () => this.act({ do: "send", text: `/${command}` }),
    })));
  }

  openAttach() {
    const { words } = this;
    this.openSheet(words.sample, SAMPLES.map((kind) => ({
      label: words[kind], symbol: kind === "sticker" ? "photo" : kind === "forward" ? "document" : kind,
      then: () => this.act(kind === "forward" ? { do: kind, text: words.forward_text } : { do: kind }),
    })));
  }

  openMessage(message) {
    const { words } = this;
    const typed = message.mine && message.content.text !== undefined && !message.content.forward_origin;
    this.openSheet(words.actions, [
      { label: words.reply, then: () => this.setMode({ kind: "reply", message }) },
      ...(typed ? [{ label: words.edit, then: () => this.setMode({ kind: "edit", message }) }] : []),
      { label: words.remove, then: () => this.act({ do: "delete", id: message.id }), danger: true },
    ]);
  }
}
