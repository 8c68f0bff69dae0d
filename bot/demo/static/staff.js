// The staff's side of `panoh demo`: the phone that the staff's bot writes to, and what is needed to sign in at the desk.
import { mountPhone } from "/phone/static/phone.js";
import { copies } from "/demo/static/copying.js";

const EVERY_MILLISECONDS = 1000;

const at = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);

mountPhone(at("phone"), { user: "me", language: asked.get("lang") ?? "en", base: "/2" });
copies(at("copied"));

function put(id, text) {
  if (at(id).textContent !== text) at(id).textContent = text;
}

async function look() {
  try {
    const answer = await fetch("/demo/holdings");
    if (!answer.ok) throw new Error(String(answer.status));
    const { desk } = await answer.json();
    // The address works once: whenever it was used, another one takes its place.
    at("desk-link").href = desk.address;
    at("hosted-link").href = desk.hosted;
    put("desk-name", desk.name);
    put("passphrase", desk.passphrase);
    put("code", desk.code);
    put("seconds", `new in ${desk.seconds_left} s`);
    put("key-file", desk.key_file);
    put("root", desk.root);
    put("trouble", "");
  } catch {
    put("trouble", "The demo does not answer. Is it still running?");
  }
}

for (;;) {
  if (!document.hidden) await look();
  await new Promise((resolve) => setTimeout(resolve, EVERY_MILLISECONDS));
}
