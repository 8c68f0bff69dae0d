// Takes the addresses of funding pages out of package-lock.json: a lock names versions and hashes, no host.
// Run by `npm run lock` after npm wrote the file; nothing else belongs here.
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.resolved;
}
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
