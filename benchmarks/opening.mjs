// Opens cases twice, in turn: with the desk's library, and with bare age-encryption, which opens the same files and no
// more. Both know their keys beforehand as they would: ours as keys of the browser, the other side's as age identities.
import { Decrypter } from "/desk/web/node_modules/age-encryption/dist/index.js";
import { bech32 } from "/desk/web/node_modules/@scure/base/index.js";
import { caseInput, fromBase64, identityOf, openCase } from "/desk/web/src/sealing/index.js";

const HEADER = 104;
const KEY = /AGE-SECRET-KEY-PQ-1[0-9A-Z]+/;

export async function measure({ cases, seed }) {
  const identity = await identityOf(fromBase64(seed));
  const words = bech32.toWords(fromBase64(seed));
  const text = bech32.encode("age-secret-key-pq-", words, false).toUpperCase();
  const ours = [];
  const bare = [];
  for (const { answer, ...files } of cases) {
    const kinds = new Map(answer.index.map((entry) => [entry.object, entry.kind]));
    const compartments = Object.values(files).map(({ objects }) =>
      objects.map(({ object, data }) => ({ kind: kinds.get(object), data: fromBase64(data) })),
    );
    const before = performance.now();
    const { view } = await openCase(caseInput(answer, files), [identity], null);
    const between = performance.now();
    for (const objects of compartments) await plainly(objects, text);
    bare.push(performance.now() - between);
    ours.push(between - before);
    if (view.problems.length > 0 || view.answers.length === 0) throw new Error("the case did not open");
  }
  return { ours, bare };
}

async function plainly(objects, text) {
  const key = objects.find(({ kind }) => kind === "case_key");
  const [caseKey] = KEY.exec(new TextDecoder().decode((await opened(key.data, text)).subarray(HEADER)));
  for (const { kind, data } of objects) if (kind !== "case_key") await opened(data, caseKey);
}

function opened(data, text) {
  const opener = new Decrypter();
  opener.addIdentity(text);
  return opener.decrypt(data);
}
