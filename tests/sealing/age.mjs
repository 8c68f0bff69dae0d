// The independent reader and writer: takes jobs as JSON on standard input, answers on standard output.
// {op: "open", identity, data} gives the plaintext, {op: "seal", recipients, data} an age file; null is a refusal.
import { registerHooks } from "node:module";

const vendor = new URL("./vendor/", import.meta.url);
const entries = { "age-encryption": "age-encryption/dist/index.js", "@scure/base": "@scure/base/index.js" };

registerHooks({
  resolve(specifier, context, next) {
    const inside = entries[specifier] ?? (specifier.startsWith("@noble/") ? specifier : null);
    return inside === null ? next(specifier, context) : { url: new URL(inside, vendor).href, shortCircuit: true };
  },
});

const { Decrypter, Encrypter } = await import("age-encryption");

async function work(job) {
  const data = Buffer.from(job.data, "base64");
  try {
    if (job.op === "open") {
      const opener = new Decrypter();
      opener.addIdentity(job.identity);
      return Buffer.from(await opener.decrypt(data)).toString("base64");
    }
    const sealer = new Encrypter();
    job.recipients.forEach((recipient) => sealer.addRecipient(recipient));
    return Buffer.from(await sealer.encrypt(data)).toString("base64");
  } catch {
    return null;
  }
}

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const answers = [];
for (const job of JSON.parse(Buffer.concat(chunks).toString())) answers.push(await work(job));
process.stdout.write(JSON.stringify(answers));
