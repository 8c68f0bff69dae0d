// The digest of a text, for comparing what the server sends in clear with what a manifest names.
import { hex, utf8 } from "./bytes.ts";
import { sha256 } from "./suite.ts";

/** SHA-256 of the text's UTF-8, in hex. */
export function sha256Text(text: string): string {
  return hex(sha256(utf8(text)));
}
