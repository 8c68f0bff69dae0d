// The page of `panoh demo`: a phone, and beside it what the server holds, asked for again every two seconds.
import { copies } from "/demo/static/copying.js";
import { element } from "/phone/static/elements.js";
import { mountPhone } from "/phone/static/phone.js";

const EVERY_MILLISECONDS = 2000;
const FRESH_MILLISECONDS = 6000;
const URGENCY = { critical: "Danger now", high: "High", medium: "Medium", routine: "Routine" };
const STATUS = ["waiting", "claimed", "closed"];

const at = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const drawn = { cases: null, drafts: null, objects: null };

mountPhone(at("phone"), { user: asked.get("user") ?? "me", language: asked.get("lang") });

copies(at("copied"));

/** Imminent danger first; among equals those that still wait, then the newest. */
function queued(cases) {
  const levels = Object.keys(URGENCY);
  return [...cases].sort((a, b) => STATUS.indexOf(a.status) - STATUS.indexOf(b.status)
    || levels.indexOf(a.urgency) - levels.indexOf(b.urgency) || b.arrived.localeCompare(a.arrived));
}

function level(urgency) {
  return element("span", { className: `level ${urgency}`, text: URGENCY[urgency] ?? urgency });
}

function hex(head) {
  return element("code", { className: "hex", text: `${head.match(/../g)?.join(" ") ?? ""} …` });
}

function bytes(count) {
  return `${count.toLocaleString("en")} bytes`;
}

function caseRow(found) {
  return element("tr", { children: [
    element("td", { children: [level(found.urgency)] }), element("th", { scope: "row", text: found.reference }),
    element("td", { text: found.locale }), element("td", { text: found.status }), element("td", { text: found.arrived }),
  ] });
}

function draftItem(found) {
  const minutes = found.expires_in_minutes;
  const left = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  const then = found.sent ? "forgets the chat" : found.silence === "send" ? "sends it" : "deletes it";
  return element("li", { children: [
    element("p", { className: "sealed-line", children: [
      element("code", { text: found.id8 }), level(found.urgency),
      element("span", { text: `${found.locale} · ${found.sent ? "sent, still open" : "not sent"} · silence ${then} in ${left}` }),
    ] }),
    element("p", { className: "sealed-line", children: [element("span", { text: `buttons pressed, encrypted: ${bytes(found.state_bytes)}` })] }),
    hex(found.state_hex_head),
  ] });
}

function objectItem(found) {
  return element("li", { children: [
    element("p", { className: "sealed-line", children: [
      element("code", { text: found.id8 }), element("strong", { text: found.kind.replace("_", " ") }),
      element("span", { text: `for ${found.compartment} · ${found.state} · ${bytes(found.size)}` }),
    ] }),
    hex(found.hex_head),
  ] });
}

/** Draw a list again only when it changed, and mark what was not there before. */
function fill(name, list, key, make) {
  const text = JSON.stringify(list);
  if (drawn[name]?.text === text) return;
  const before = drawn[name]?.keys;
  const keys = new Set(list.map(key));
  const nodes = list.map((found) => {
    const node = make(found);
    if (before && !before.has(key(found))) {
      node.classList.add("fresh");
      setTimeout(() => node.classList.remove("fresh"), FRESH_MILLISECONDS);
    }
    return node;
  });
  at(name).replaceChildren(...nodes);
  at(`${name}-count`).textContent = list.length ? `(${list.length})` : "";
  at(`${name}-nothing`).hidden = list.length > 0;
  drawn[name] = { text, keys };
}

async function look() {
  try {
    const answer = await fetch("/demo/holdings");
    if (!answer.ok) throw new Error(String(answer.status));
    const held = await answer.json();
    fill("cases", queued(held.cases), (found) => found.reference, caseRow);
    fill("drafts", held.drafts, (found) => found.id8, draftItem);
    fill("objects", held.objects, (found) => found.id8, objectItem);
    if (at("open-line").textContent !== held.open_line) at("open-line").textContent = held.open_line;
    at("trouble").textContent = "";
  } catch {
    at("trouble").textContent = "The demo does not answer. Is it still running?";
  }
}

for (;;) {
  if (!document.hidden) await look();
  await new Promise((resolve) => setTimeout(resolve, EVERY_MILLISECONDS));
}
