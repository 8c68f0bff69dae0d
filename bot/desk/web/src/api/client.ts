// The one way to the server: JSON over this origin, with the session's token from memory and never from a cookie. What
// fails becomes an ApiError, whose code has its words in `refusals.ts`.
import { signal } from "@preact/signals";
import { ShapeError, type Reader } from "./shape.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What the server and the desk on this computer refuse by (bot/desk/problems.py, bot/desk/upstream.py). */
export const CODES = [
  "bad_request",
  "signed_out",
  "refused",
  "unavailable",
  "changed",
  "too_large",
  "invalid",
  "slow_down",
  "failed",
  "name_taken",
  "last_administrator",
  "left_before",
  "keyring_ended",
  "chat_doubted",
  "nudge_needs_reply",
  "nudged_today",
  "passkey_refused",
  "roster",
  "unreachable",
  "no_desk",
  "older_keyring",
] as const;
/** What this page itself finds: no connection, an answer not understood, a request given up, a case that was here before. */
export type ErrorCode = (typeof CODES)[number] | "offline" | "strange" | "stopped" | "gone";

const LONGEST_FILE = 16_384;
const LARGEST = 256 * 1024 * 1024;

/** What was refused, or could not be asked at all. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: ErrorCode,
    readonly line = "",
  ) {
    super(code);
  }
}

/** The server's clock beside this computer's, as of the last answer; null where none said its time. */
export const clocks = signal<{ readonly server: Date; readonly here: Date } | null>(null);

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
    const answer = await fetch(path, {
      ...options,
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
    });
    const server = Date.parse(answer.headers.get("Date") ?? "");
    if (!Number.isNaN(server)) clocks.value = { server: new Date(server), here: new Date() };
    return answer;
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
