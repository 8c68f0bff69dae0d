// The one way to the server: JSON over this origin, with the session's token from memory and never from a cookie. What
// fails becomes an ApiError; `errorLine` says any failure in one kind line of the reader's language.
import { SealingError } from "../sealing/index.ts";
import { t } from "../words.ts";
import { ShapeError, type Reader } from "./shape.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

const CODES = ["bad_request", "signed_out", "refused", "unavailable", "changed", "too_large", "invalid", "slow_down"];
const LONGEST_FILE = 16_384;
const LARGEST = 256 * 1024 * 1024;

/** What the server refused, or that it could not be reached (`offline`) or understood (`strange`). */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: string,
    readonly line = "",
  ) {
    super(code);
  }
}

let token = "";
let onSignedOut: () => void = () => undefined;

/** What may be said about one request. */
interface Options {
  readonly signal?: AbortSignal;
  readonly keepalive?: boolean;
}

/** Use this token from now on; "" for none. */
export function useToken(given: string): void {
  token = given;
}

/** Call this when the server no longer knows the session. */
export function whenSignedOut(act: () => void): void {
  onSignedOut = act;
}

/** Ask the server and read its answer. */
export async function call<Value>(
  method: Method,
  path: string,
  read: Reader<Value>,
  body?: unknown,
  options: Options = {},
): Promise<Value> {
  const answer = await sent(method, path, body, options);
  const value = await parsed(answer);
  if (!answer.ok) throw refused(answer.status, value);
  try {
    return read(value);
  } catch (error) {
    if (error instanceof ShapeError) throw new ApiError("strange", error.message);
    throw error;
  }
}

/** A short text of the desk on this computer, given for a token of its own. */
export async function fileText(path: string, bearer: string): Promise<string> {
  const headers = { Authorization: `Bearer ${bearer}` };
  const answer = await fetch(path, { headers, credentials: "omit", cache: "no-store", redirect: "error" });
  const found = answer.ok ? await answer.text() : "";
  if (found === "" || found.length > LONGEST_FILE) throw new ApiError("unavailable");
  return found;
}

/** One part of a path, safe to stand in it. */
export function part(value: string): string {
  return encodeURIComponent(value);
}

/** A query of a path, without what is empty. */
export function query(values: Readonly<Record<string, string | number>>): string {
  const pairs = Object.entries(values).flatMap(([name, value]) => (value === "" ? [] : [[name, String(value)]]));
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

async function sent(method: Method, path: string, body: unknown, options: Options): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (token !== "") headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await fetch(path, {
      ...options,
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
  } catch (error) {
    if (options.signal?.aborted === true) throw new ApiError("stopped");
    if (error instanceof TypeError) throw new ApiError("offline");
    throw error;
  }
}

async function parsed(answer: Response): Promise<unknown> {
  if (Number(answer.headers.get("Content-Length") ?? 0) > LARGEST) throw new ApiError("strange", "a very long answer");
  let words: string;
  try {
    words = await answer.text();
  } catch {
    throw new ApiError("offline");
  }
  if (words === "") return null;
  try {
    return JSON.parse(words) as unknown;
  } catch {
    if (answer.ok) throw new ApiError("strange", "not JSON");
    return null;
  }
}

function refused(status: number, value: unknown): ApiError {
  const fields = typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const code = CODES.find((each) => each === fields.error);
  if (status === 401 && token !== "") onSignedOut();
  const line = typeof fields.message === "string" ? fields.message.slice(0, 500) : "";
  return new ApiError(code ?? (status === 404 ? "unavailable" : "failed"), line);
}

/** What went wrong, in one line of the reader's language. */
export function errorLine(error: unknown): string {
  if (error instanceof ApiError) return apiLine(error);
  if (error instanceof SealingError) return error.message;
  return t("Something in this page went wrong. Load it again; if it stays, tell your administrator.");
}

function apiLine(error: ApiError): string {
  switch (error.code) {
    case "offline":
      return t("The server cannot be reached. Check the connection; nothing was lost here.");
    case "signed_out":
      return t("That was not accepted. Check name, key, passphrase and code, and try again.");
    case "unavailable":
      return t("This is not there, or not for you. The desk does not say which.");
    case "changed":
      return t("Somebody was quicker: it has changed since you looked. Look again.");
    case "too_large":
      return t("That is too much at once for the server.");
    case "slow_down":
      return t("Too many tries in a short time. Wait a minute, then try again.");
    case "refused":
      return t("The server does not answer to this address. Open the desk at the address you were given.");
    case "invalid":
    case "bad_request":
      return `${t("The server did not accept what was entered.")} ${error.line}`.trim();
    case "strange":
      return t("The server's answer has another form than expected, and was not used.");
    default:
      return t("The server could not do that. Try again; if it stays, tell your administrator.");
  }
}
