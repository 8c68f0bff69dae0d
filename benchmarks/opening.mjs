// Opens cases with the desk's library and with bare age-encryption, which opens the same files and no more; which of the
// two comes first alternates. Each side reads the reader's key once, before anything is measured, and a case's key once a
// case: ours as keys of the browser where it has them, the other side's as age identities.
import { Decrypter } from "/desk/web/node_modules/age-encryption/dist/index.js";
import { bech32 } from "/desk/web/node_modules/@scure/base/index.js";
import { caseInput, fromBase64, identityOf, openCase } from "/desk/web/src/sealing/index.js";

const HEADER = 104;
const KEY = /AGE-SECRET-KEY-PQ-1[0-9A-Z]+/;

export async function measure({ cases, seed }) {
  const identity = await identityOf(fromBase64(seed));
  const words = bech32.toWords(fromBase64(seed));
  const reader = decrypter(bech32.encode("age-secret-key-pq-", words, false).toUpperCase());
  const ours = [];
  const bare = [];
  for (const [number, { answer, ...files }] of cases.entries()) {
    const kinds = new Map(answer.index.map((entry) => [entry.object, entry.kind]));
    const compartments = Object.values(files).map(({ objects }) =>
      objects.map(({ object, data }) => ({ kind: kinds.get(object), data: fromBase64(data) })),
    );
    const sides = [
      async () => ours.push(await timed(() => checked(answer, files, identity))),
      async () => bare.push(await timed(() => plainly(compartments, reader))),
    ];
    if (number % 2 === 1) sides.reverse();
    for (const side of sides) await side();
  }
  return { ours, bare };
}

async function timed(work) {
  const before = performance.now();
  await work();
  return performance.now() - before;
}

async function checked(answer, files, identity) {
  const { view } = await openCase(caseInput(answer, files), [identity], null);
  if (view.problems.length > 0 || view.answers.length === 0) throw new Error("the case did not open");
}

async function plainly(compartments, reader) {
  for (const objects of compartments) {
    const key = objects.find(({ kind }) => kind === "case_key");
    const [caseKey] = KEY.exec(new TextDecoder().decode((await reader.decrypt(key.data)).subarray(HEADER)));
    const opener = decrypter(caseKey);
    for (const { kind, data } of objects) if (kind !== "case_key") await opener.decrypt(data);
  }
}

function decrypter(text) {
  const opener = new Decrypter();
  opener.addIdentity(text);
  return opener;
}
