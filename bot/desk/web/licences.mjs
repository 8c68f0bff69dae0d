// Writes the licences of all packages that are part of the page into one text beside it; run by `npm run build`.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const target = process.env.DESK_TO ?? "../static";
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const parts = Object.entries(lock.packages)
  .filter(([path, entry]) => path !== "" && !entry.dev)
  .map(([path, entry]) => {
    const file = readdirSync(path).find((name) => /^licen[cs]e/i.test(name));
    if (file === undefined) throw new Error(`${path} brings no licence`);
    const title = `${path.replace("node_modules/", "")} ${entry.version} (${entry.license})`;
    return `${title}\n\n${readFileSync(`${path}/${file}`, "utf8").trim()}\n`;
  });
mkdirSync(target, { recursive: true });
writeFileSync(`${target}/licences.txt`, `Parts of app.js come from these packages.\n\n${parts.join("\n\n")}`);
