// The page that is one phone and nothing else: ?user= names whose phone, ?lang= the language it begins in.
import { mountPhone } from "./phone.js";

const asked = new URLSearchParams(location.search);
mountPhone(document.getElementById("phone"), {
  user: asked.get("user") ?? "me",
  language: asked.get("lang"),
  base: location.pathname.replace(/\/phone$/, ""),
});
