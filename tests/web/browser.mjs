// A Chromium of the machine's own, headless, with software WebGL and no network, and the page as a test sees it.
import { accessSync, constants } from "node:fs";
import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

/** The folder that the Python side filled: pages, and what Python says of random profiles. */
export const material = process.env.POLARISCOPE_PAGES ?? "";
if (material === "") throw new Error("run by pytest tests/real/test_risk_page.py, which makes the pages to open");

export const SOFTWARE_GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"];
export const NO_GL = ["--disable-gpu", "--disable-3d-apis"];
// Nothing that Chromium does of itself: no look-ups, no updates, no QUIC.
const QUIET = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function executable() {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const onPath = (process.env.PATH ?? "").split(delimiter).flatMap((at) => names.map((name) => join(at, name)));
  const found = [process.env.POLARISCOPE_CHROMIUM ?? "", ...onPath].find(isProgram);
  if (found === undefined) throw new Error("no Chromium: run scripts/ensure_chromium.sh, as `make test` does");
  return found;
}

/** Starts a browser with a new, empty profile folder, which it removes when it closes. */
export function launch(graphics = SOFTWARE_GL) {
  return chromium.launch({ executablePath: executable(), args: [...QUIET, ...graphics], headless: true });
}

/** Opens a page of the material with the network cut, and keeps all that it asks for and complains of. */
export async function open(browser, name = "default.html", { fragment = "", script = "", ...options } = {}) {
  const address = pathToFileURL(join(material, name)).href;
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
  if (script) await context.addInitScript(script);
  const page = await context.newPage();
  const seen = { requests: [], complaints: [] };
  context.on("request", (request) => {
    const own = request.url().split("#")[0] === address || /^(data|blob):/.test(request.url());
    if (!own) seen.requests.push(request.url());
  });
  page.on("websocket", (socket) => seen.requests.push(socket.url()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.complaints.push(message.text());
  });
  page.on("dialog", async (dialog) => {
    seen.complaints.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  await page.goto(address + (fragment && `#${fragment}`));
  return { page, context, seen, close: () => context.close() };
}

/** What two pictures are made of: their size, how many colours, and how many pixels differ between them. */
export async function look(browser, first, second = first) {
  const blank = await browser.newPage();
  try {
    return await blank.evaluate(compared, [first.toString("base64"), second.toString("base64")]);
  } finally {
    await blank.close();
  }
}

/** Runs in the browser, which is the one that can decode a PNG. */
async function compared(pictures) {
  const decoded = pictures.map(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    pen.drawImage(bitmap, 0, 0);
    const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width: bitmap.width, height: bitmap.height, pixels: new Uint32Array(data.buffer) };
  });
  const [a, b] = await Promise.all(decoded);
  const differing = a.pixels.reduce((count, pixel, at) => count + (pixel === b.pixels[at] ? 0 : 1), 0);
  return { width: a.width, height: a.height, colours: new Set(a.pixels).size, differing };
}

/** The state of every family as the table tells it, by id; of side "a" or "b". */
export function states(page, side = "a") {
  return page.evaluate((name) => {
    const rows = [...document.querySelectorAll("tr.family")];
    const told = rows.map((row) => [
      row.querySelector("button.toggle").id.replace("family-", ""),
      row.querySelector(`td.${name} .state`)?.textContent ?? null,
    ]);
    return Object.fromEntries(told);
  }, side);
}

/** The data of a page of the material, without a browser. */
export async function dataIn(name) {
  const text = await readFile(join(material, name), "utf8");
  return JSON.parse(/<script type="application\/json" id="page-data">(.*?)<\/script>/s.exec(text)[1]);
}

/** The page's data, as Python wrote them. */
export async function dataOf(page) {
  return JSON.parse(await page.locator("#page-data").textContent());
}

/** Brings the space into sight and waits until it has stood still for a while; gives its host. */
export async function spaceOf(page) {
  const host = page.locator("#space .host");
  await host.scrollIntoViewIfNeeded();
  await host.locator("canvas").waitFor();
  await still(page);
  return host;
}

/** Waits until the picture of the space no longer changes: a flight of the camera has ended. */
export async function still(page) {
  const host = page.locator("#space .host");
  let last = await host.screenshot();
  for (let tries = 0; tries < 40; tries += 1) {
    await page.waitForTimeout(120);
    const now = await host.screenshot();
    if (now.equals(last)) return now;
    last = now;
  }
  throw new Error("the space never came to rest");
}
