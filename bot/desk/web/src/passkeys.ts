// Passkeys of the browser: made and asked for with what the server sends, given back as JSON. Only for the desk that a
// server hosts: a passkey belongs to an address, and the desk on an own computer has none.
interface WithJson {
  readonly parseCreationOptionsFromJSON?: (options: unknown) => PublicKeyCredentialCreationOptions;
  readonly parseRequestOptionsFromJSON?: (options: unknown) => PublicKeyCredentialRequestOptions;
}

/** The browser said no, or the person did. */
export class PasskeyError extends Error {
  override readonly name = "PasskeyError";
}

/** Whether this browser has passkeys and speaks of them in JSON. */
export function hasPasskeys(): boolean {
  return typeof PublicKeyCredential === "function" && json().parseRequestOptionsFromJSON !== undefined;
}

/** Make a new passkey. */
export async function makePasskey(options: unknown): Promise<unknown> {
  return given(async () => {
    const publicKey = json().parseCreationOptionsFromJSON?.(options);
    return publicKey === undefined ? null : navigator.credentials.create({ publicKey });
  });
}

/** Use a passkey that was made before. */
export async function usePasskey(options: unknown): Promise<unknown> {
  return given(async () => {
    const publicKey = json().parseRequestOptionsFromJSON?.(options);
    return publicKey === undefined ? null : navigator.credentials.get({ publicKey });
  });
}

async function given(ask: () => Promise<Credential | null>): Promise<unknown> {
  let credential: Credential | null;
  try {
    credential = await ask();
  } catch {
    throw new PasskeyError();
  }
  if (!(credential instanceof PublicKeyCredential)) throw new PasskeyError();
  return credential.toJSON();
}

function json(): WithJson {
  return PublicKeyCredential as unknown as WithJson;
}
