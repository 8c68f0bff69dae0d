// Where the reader is, kept in the part of the address behind #: the view, what it shows, its filters and its order.
// A link can be sent to a colleague, and the browser's own Back works. Nothing of a case but its reference stands there.
import { signal } from "@preact/signals";

export interface Route {
  readonly view: string;
  readonly id: string;
  readonly query: Readonly<Record<string, string>>;
}

/** The first view after signing in. */
export const HOME = "cases";

/** Where the reader is now. */
export const route = signal<Route>(read(location.hash));

addEventListener("hashchange", () => {
  route.value = read(location.hash);
});

/** The address of a view, for a link. */
export function link(view: string, id = "", query: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== "");
  const path = id === "" ? view : `${view}/${encodeURIComponent(id)}`;
  return `#/${path}${pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`}`;
}

/** Go to a view. */
export function go(view: string, id = "", query: Readonly<Record<string, string>> = {}): void {
  location.hash = link(view, id, query);
}

/** Change filters or order where the reader is, without a new step for Back; "" takes one away. */
export function setQuery(change: Readonly<Record<string, string>>): void {
  const { view, id, query } = route.value;
  const address = link(view, id, { ...query, ...change });
  history.replaceState(null, "", address);
  route.value = read(address);
}

function read(hash: string): Route {
  // What does not begin with a slash is no view: an invitation, for example.
  const [path = "", search = ""] = hash.startsWith("#/") ? hash.slice(2).split("?", 2) : [];
  const [view = "", id = ""] = path.split("/", 2);
  const query = Object.fromEntries(new URLSearchParams(search));
  return { view: view || HOME, id: decoded(id), query };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
