// What the tests ask of the desk's sealing library, in Node and in the browser alike: a job as JSON in, its answer as JSON
// out. A refusal is {error, message}. Bytes travel as base64.
const modules = ["age", "canonical", "envelope", "header", "index", "keyring", "letters", "proofs", "receipt", "signing", "xwing"];

export async function load(import_) {
  const loaded = await Promise.all(modules.map(import_));
  const parts = Object.fromEntries(modules.map((name, place) => [name, loaded[place]]));
  return async (job) => {
    try {
      return await operations[job.op](job, parts);
    } catch (error) {
      return { error: error.name, message: error.message };
    }
  };
}

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const written = (data) => {
  let letters = "";
  for (const byte of data) letters += String.fromCharCode(byte);
  return btoa(letters);
};
const identities = (job, { index }) =>
  Promise.all(job.seeds.map((seed) => index.identityOf(bytes(seed), job.native ?? true)));
const keyringOf = (job, { index }) =>
  job.keyring ? index.readKeyring(bytes(job.keyring), job.root, new Date(job.now)) : null;
const keyOf = async ({ name, seed, native = true }, { index }) => ({
  role: "reviewer",
  name,
  notAfter: new Date("2027-11-23T08:00:00Z"),
  identity: await index.identityOf(bytes(seed), native),
  signer: await index.signerOf(bytes(seed), native),
});
const opened = async (job, parts) => {
  const { answer, ...files } = job.case;
  const input = parts.index.caseInput(answer, files);
  const found = await parts.index.openCase(input, await identities(job, parts), await keyringOf(job, parts));
  return { input, found };
};

const operations = {
  async age(job, parts) {
    return written(await parts.age.openAge(bytes(job.data), await identities(job, parts)));
  },
  async open(job, parts) {
    return written(await parts.envelope.openSealed(bytes(job.data), await identities(job, parts), job.place));
  },
  // One byte after the other is changed; answers which changes were not refused.
  async changed(job, parts) {
    const keys = await identities(job, parts);
    const data = bytes(job.data);
    const accepted = [];
    for (const place of job.places) {
      data[place] ^= job.bit ?? 1;
      const body = await parts.envelope.openSealed(data, keys, job.place).catch((error) => error.name.endsWith("Error") && null);
      if (body !== null) accepted.push(place);
      data[place] ^= job.bit ?? 1;
    }
    return accepted;
  },
  async seal(job, parts) {
    return written(await parts.envelope.seal(job.place, bytes(job.data), job.recipients));
  },
  canonical(job, { canonical }) {
    return written(canonical.encode(job.value));
  },
  decode(job, { canonical }) {
    canonical.decode(bytes(job.data), job.limit ?? 1_000_000);
    return true;
  },
  padme(job, { header }) {
    return job.lengths.map((length) => header.padme(length));
  },
  receipt(job, parts) {
    return parts.receipt.receipt(bytes(job.tag_key), job.sha256);
  },
  async case(job, parts) {
    const { found } = await opened(job, parts);
    return { view: found.view, mailbox: found.mailbox, ping: found.ping };
  },
  async keyring(job, parts) {
    const keyring = await keyringOf(job, parts);
    return { serial: keyring.serial, members: keyring.members.map((member) => [member.name, parts.index.cardFingerprint(member)]) };
  },
  // The drill's case, opened here, and as files for another program.
  async drill(job, parts) {
    const key = await keyOf(job, parts);
    const input = await parts.index.drillCase(key, job.words, job.day, job.compartments);
    const { view } = await parts.index.openCase(input, [key.identity], null);
    const files = [...input.files].map(([object, file]) => [object, written(file)]);
    return { view, files, index: input.index, case: input.case, deployment: input.deployment };
  },
  async accepts(job, { signing }) {
    return signing.accepts(job.verifier, bytes(job.message), job.signature);
  },
  async sign(job, { signing }) {
    const signer = await signing.signerOf(bytes(job.seed), job.native ?? true);
    return { native: signer.native, verifier: signer.verifier, signature: await signer.sign(bytes(job.message)) };
  },
  async sign_in(job, parts) {
    return parts.index.signInProof((await keyOf(job, parts)).signer, job.claim);
  },
  async enrol(job, parts) {
    const key = await keyOf(job, parts);
    return { proof: await parts.index.enrolmentProof(key, job.server), recipient: key.identity.recipient, verifier: key.signer.verifier };
  },
  async note(job, parts) {
    const { input, found } = await opened(job, parts);
    return parts.index.sealNote(input, found.facts, await keyOf(job.author, parts), job.words, job.day);
  },
  async reply(job, parts) {
    const { input, found } = await opened(job, parts);
    return parts.index.sealReply(input, found.facts, found.mailbox ?? job.mailbox, await keyOf(job.author, parts), job.words, job.day);
  },
  async rewrap(job, parts) {
    const { answer, ...files } = job.case;
    const input = parts.index.caseInput(answer, files);
    const keyring = await keyringOf(job, parts);
    const problems = [];
    const found = await parts.index.openCaseKey(input, job.compartment, await identities(job, parts), keyring, problems);
    const made = await parts.index.rewrap(input, found, keyring, await keyOf(job.author, parts));
    return { ...made, problems };
  },
  async new_key(job, { index }) {
    let last = 0;
    const made = await index.newKey(job.name, new Date(job.not_after), (done) => (last = done));
    const card = index.cardOf(made.key, job.compartments);
    const { identity, signer } = made.key;
    return {
      file: written(made.file),
      passphrase: made.passphrase,
      card: written(card.file),
      fingerprint: card.fingerprint,
      recipient: identity.recipient,
      native: identity.key.native && signer.native,
      progress: last,
    };
  },
  async unlock(job, { index }) {
    const key = await index.unlock(bytes(job.file), job.passphrase);
    return { role: key.role, name: key.name, recipient: key.identity.recipient, verifier: key.signer.verifier };
  },
  async change_passphrase(job, { index }) {
    return written(await index.changePassphrase(bytes(job.file), job.old, job.chosen));
  },
  passphrases(job, { index }) {
    return Array.from({ length: job.count }, () => index.newPassphrase());
  },
  async self_test(job, { index }) {
    return index.selfTest();
  },
  async native(job, parts) {
    const [identity] = await identities(job, parts);
    return identity.key.native;
  },
  // A browser that lacks some algorithms: opens, signs and checks all the same.
  async lacking(job, parts) {
    const real = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (format, data, algorithm, ...words) =>
      job.algorithms.includes(algorithm.name ?? algorithm)
        ? Promise.reject(new DOMException("made up", "NotSupportedError"))
        : real(format, data, algorithm, ...words);
    try {
      const { identity, signer } = await keyOf(job, parts);
      const body = await parts.envelope.openSealed(bytes(job.data), [identity], job.place);
      const signature = await signer.sign(body);
      const accepted = [signature, job.signature].map((each) => parts.signing.accepts(signer.verifier, body, each));
      const native = [identity.key.native, signer.native];
      return { native, body: written(body), signature, accepted: await Promise.all(accepted) };
    } finally {
      delete crypto.subtle.importKey;
    }
  },
  // Every key that WebCrypto gave out while a key was made is asked for its private half.
  async exports(job, parts) {
    const handed = [];
    const real = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = async (...words) => {
      const key = await real(...words);
      handed.push(key);
      return key;
    };
    try {
      await keyOf(job, parts);
    } finally {
      delete crypto.subtle.importKey;
    }
    const tried = [];
    for (const key of handed) {
      for (const format of ["raw-seed", "pkcs8", "jwk", "raw"]) {
        const outcome = await crypto.subtle.exportKey(format, key).then(() => "exported", (error) => error.name);
        tried.push([key.algorithm.name, key.extractable, format, outcome]);
      }
    }
    return tried;
  },
};
