// Starts the desk: puts the first view into the page. No view, no request and no key lives here.
import { render } from "preact";
import { selfTest } from "./sealing/index.ts";
import "./desk.css";

async function start(): Promise<void> {
  const place = document.getElementById("desk");
  if (place === null) return;
  const failed = await selfTest();
  render(<main>{failed.length === 0 ? "This browser can open cases." : `This browser cannot: ${failed.join(", ")}`}</main>, place);
}

void start();
