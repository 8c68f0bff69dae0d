// The only file that touches the browser's storage. What may be kept is public: the fingerprint of the root, the number of
// the last signed list of keys, the colours, the language, the switch of the shortcuts. No key, no token and no word of a case is ever written here.
export type Kept = "root" | "serial" | "theme" | "locale" | "shortcuts";

/** What was kept under this name, or "" where nothing is or storage is switched off. */
export function kept(name: Kept): string {
  try {
    return localStorage.getItem(`panoh ${name}`) ?? "";
  } catch {
    return "";
  }
}

/** Keep a value; "" forgets it. A browser that keeps nothing asks again next time, that is all. */
export function keep(name: Kept, value: string): void {
  try {
    if (value === "") localStorage.removeItem(`panoh ${name}`);
    else localStorage.setItem(`panoh ${name}`, value);
  } catch {
    return;
  }
}
