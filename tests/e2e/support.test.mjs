// Tests the tests' own helpers.

import { once } from "node:events";
import { createServer } from "node:http";
import { after, test } from "node:test";

import { launchBrowser, openPage } from "./support.mjs";

/** Serves a page, and never answers other requests. */
const server = createServer(({ url }, response) => {
  if (url === "/") response.setHeader("content-type", "text/html").end("<title>A page</title>");
  else server.emit("asked");
}).listen(0, "localhost");
await once(server, "listening");
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const browser = await launchBrowser();

after(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

// Otherwise the route's handler would fail after the test, and with it this file.
test("a page can be closed while a route waits for an answer", async () => {
  const { page, close } = await openPage(browser);
  await page.route("**/held", async (route) => {
    await route.fulfill({ response: await route.fetch() });
  });
  await page.goto(`http://localhost:${port}/`);
  const asked = once(server, "asked");
  await page.evaluate(() => {
    fetch("held").catch(() => {});
  });
  await asked;
  await close();
});
