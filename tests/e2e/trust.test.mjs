// Tests to which servers a page sends credentials, whose answers it trusts, and that stopped uploads leave no locks.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";

import { elsewhere, openPage } from "./support.mjs";
import { setUpTab } from "./uploader.mjs";

const tab = setUpTab();

describe("an endpoint function's target names the endpoint for parts", () => {
  /**
   * Uploads with a target that names this endpoint. Returns the result, and the requests to it.
   *
   * @param {string} endpoint
   * @param {string[]} endpoints
   */
  async function outcome(endpoint, endpoints = []) {
    /** @type {string[]} */
    const asked = [];
    await tab.page.route("**/parts", (route, request) => {
      asked.push(`${request.url()} ${request.headers()["x-secret"]}`);
      return route.fulfill({
        status: 400,
        headers: { "access-control-allow-origin": "*", "access-control-allow-headers": "*" },
      });
    });
    const error = await tab.page.evaluate(
      async ({ endpoint, endpoints }) => {
        const { upload } = await import("/dist/index.js");
        const target = /** @type {const} */ ({ protocol: "multipart", part_size: 10 });
        return upload(new Blob(["text"]), {
          endpoint: async () => ({ ...target, upload_id: "u/1", endpoint }),
          endpoints,
          headers: { "x-secret": "yes" },
          credentials: "omit",
        }).catch(({ code, attempt }) => ({ code, attempt }));
      },
      { endpoint, endpoints },
    );
    await tab.page.unroute("**/parts");
    return { error, asked };
  }

  test("at the page's own origin", async () => {
    for (const endpoint of ["/api/uploads", `${tab.demo.address}/api/uploads`]) {
      const { error, asked } = await outcome(endpoint);
      assert.deepEqual(asked, [`${tab.demo.address}/api/uploads/u%2F1/parts yes`]);
      assert.equal(error.code, "endpoint");
    }
  });

  test("at an origin that the app has listed", async () => {
    const { asked } = await outcome(`${tab.demo.host}/api`, [tab.demo.host]);
    assert(asked.includes(`${tab.demo.host}/api/u%2F1/parts yes`), `${asked}`);
  });

  test("and at no other origin, to which nothing is sent", async () => {
    for (const endpoint of [
      `${tab.demo.host}/api`,
      `//${new URL(tab.demo.host).host}/api`,
      `${tab.demo.address}@${new URL(tab.demo.host).host}/`,
      "https://",
      "javascript:alert(1)",
    ]) {
      const { error, asked } = await outcome(endpoint, ["https://api.example.com"]);
      assert.deepEqual({ error, asked }, { error: { code: "bad-target", attempt: 1 }, asked: [] });
    }
  });
});

test("a signed header that browsers can't send is a bad target, and is not retried", async () => {
  const url = `${tab.demo.store}/part`;
  for (const headers of [{ "bad name": "x" }, { "x-a": "line\nbreak" }, { "x-a": "ключ" }]) {
    let asked = 0;
    await tab.page.route("**/parts", (route) => {
      asked += 1;
      return route.fulfill({ json: { parts: [{ part_number: 1, url, headers }] } });
    });
    const error = await tab.page.evaluate(async () => {
      const { upload } = await import("/dist/index.js");
      return upload(new Blob(["text"]), {
        endpoint: async () => ({
          ...{ protocol: "multipart", part_size: 10, upload_id: "u", endpoint: "/api/uploads" },
        }),
        retryDelays: [1, 1],
      }).catch(({ code, attempt, retryable }) => ({ code, attempt, retryable }));
    });
    await tab.page.unroute("**/parts");
    assert.deepEqual(error, { code: "bad-target", attempt: 1, retryable: false });
    assert.equal(asked, 1);
  }
});

test("a redirect of the endpoint is not followed, with headers or with a file", async () => {
  /** @type {string[]} */
  const asked = [];
  const answer = JSON.stringify({ url: `${tab.demo.host}/steal` });
  await tab.page.route("**/moved**", (route) => {
    asked.push(route.request().url());
    return route.fulfill({ status: 307, headers: { location: "/elsewhere" } });
  });
  await tab.page.route("**/elsewhere**", (route) => {
    asked.push(route.request().url());
    return route.fulfill({ body: answer, contentType: "application/json" });
  });
  const errors = await tab.page.evaluate(async () => {
    const { upload } = await import("/dist/index.js");
    const parts = /** @type {const} */ ({ protocol: "multipart", part_size: 10, upload_id: "u" });
    const endpoints = ["/moved", async () => ({ ...parts, endpoint: "/moved" })];
    return Promise.all(
      endpoints.map((endpoint) =>
        upload(new Blob(["text"]), {
          endpoint,
          headers: { "x-secret": "yes" },
          retryDelays: [1],
        }).catch(({ code, message, attempt }) => ({ code, message, attempt })),
      ),
    );
  });
  for (const { code, message, attempt } of /** @type {any[]} */ (errors)) {
    assert.deepEqual([code, attempt], ["endpoint", 1], message);
    assert.match(message, /options\.endpoint must be the address that it leads to/);
  }
  assert(asked.length > 0 && asked.every((url) => url.includes("/moved")), `${asked}`);
});

describe("a host that redirects an upload", () => {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    for (const what of ["origin", "headers", "methods"]) {
      response.setHeader(`access-control-allow-${what}`, "*");
    }
    request.resume();
    request.on("end", () => {
      const to = request.method === "POST" && pathname === "/upload" && searchParams.get("to");
      if (to) response.writeHead(307, { location: to }).end();
      else response.end('{"id":"med_1"}');
    });
  });
  let port = 0;
  before(async () => {
    server.listen(0);
    await once(server, "listening");
    ({ port } = /** @type {import("node:net").AddressInfo} */ (server.address()));
  });
  after(() => server.close());

  /** @param {string} to */
  async function uploadedTo(to) {
    // The demo's policy allows no other host.
    const { page, close } = await openPage(tab.browser, { bypassCSP: true });
    await page.goto(`${tab.demo.address}/empty.html`);
    const outcome = await page.evaluate(
      async (url) => {
        const { upload } = await import("/dist/index.js");
        return upload(new Blob(["text"]), { endpoint: async () => url, retryDelays: [1] }).catch(
          ({ code, status, attempt, message }) => ({ code, status, attempt, message }),
        );
      },
      `http://localhost:${port}/upload?to=${encodeURIComponent(to)}`,
    );
    await close();
    return outcome;
  }

  test("to another upload URL is followed", async () => {
    assert.deepEqual(await uploadedTo(`http://localhost:${port}/stored`), { id: "med_1" });
  });

  test("to a URL that can't accept files is refused, whatever the answer", async () => {
    const { message, ...error } = /** @type {any} */ (
      await uploadedTo(`http://${elsewhere}:${port}/stored`)
    );
    assert.deepEqual(error, { code: "bad-response", status: 200, attempt: 1 });
    assert.match(message, /redirected/);
    assert.doesNotMatch(message, new RegExp(elsewhere));
  });
});

describe("a large file that is stopped during the search for its entry", () => {
  /**
   * Delays a lock until the commands were called. Returns how often the app's function was called
   * then, and whether all locks are free after the file was cancelled.
   *
   * @param {("cancel" | "pause" | "resume" | "destroy")[]} commands
   */
  const outcome = (commands) =>
    tab.page.evaluate(async (commands) => {
      const { Uploader } = await import("/dist/index.js");
      const { locks } = navigator;
      const request = locks.request.bind(locks);
      /** @type {(() => void)[]} */
      const held = [];
      let answered = 0;
      const next = async (/** @type {() => unknown} */ holds) => {
        while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
      };
      /** @type {any} */
      const late = async (
        /** @type {string} */ name,
        /** @type {any} */ how,
        /** @type {any} */ hold,
      ) => {
        await new Promise((resolve) => held.push(() => resolve(undefined)));
        return request(name, how, (lock) => {
          answered += 1;
          return hold(lock);
        });
      };
      locks.request = late;
      let asked = 0;
      const uploader = new Uploader({
        endpointName: "test",
        endpoint: async () => {
          asked += 1;
          return new Promise(() => {});
        },
      });
      await uploader.add([new File([new Uint8Array(6_000_000)], "film.mp4")]);
      uploader.start().catch(() => {});
      await next(() => held.length > 0);
      for (const command of commands) uploader[command]();
      locks.request = request;
      for (const letGo of held) letGo();
      await next(() => answered === held.length);
      // Waits for the consequences.
      await new Promise((resolve) => setTimeout(resolve));
      uploader.cancel();
      // Requests all locks, which are granted once they are free.
      const names = (await locks.query()).held?.map(({ name }) => `${name}`) ?? [];
      const free = Promise.all(names.map((name) => request(name, async () => {})));
      const isFree = await Promise.race([
        free.then(() => true),
        new Promise((resolve) => setTimeout(() => resolve(false), 2000)),
      ]);
      return { asked, isFree };
    }, commands);

  test("the app's function is not called after a cancel, and no lock is kept", async () => {
    for (const command of /** @type {const} */ (["cancel", "pause", "destroy"])) {
      assert.deepEqual(await outcome([command]), { asked: 0, isFree: true }, command);
    }
  });

  test("a quick pause and resume calls the function once, and keeps no lock", async () => {
    assert.deepEqual(await outcome(["pause", "resume"]), { asked: 1, isFree: true });
    assert.deepEqual(await outcome(["pause", "resume", "pause", "resume"]), {
      asked: 1,
      isFree: true,
    });
    assert.deepEqual(await outcome(["pause", "resume", "cancel"]), { asked: 0, isFree: true });
  });
});

test("a function is told the name that an earlier visit told it, also for a file that was renamed", async () => {
  // The host never answers, so the upload stays unfinished.
  await tab.page.route("**/stuck", () => {});
  const names = await tab.page.evaluate(async () => {
    const { Uploader } = await import("/dist/index.js");
    /** @type {string[]} */
    const names = [];
    const open = () =>
      new Uploader({
        ...{ endpointName: "renamed", owner: "alice" },
        endpoint: async ({ filename }) => {
          names.push(filename);
          return { protocol: "resumable", url: `${location.origin}/stuck` };
        },
      });
    const bytes = new Uint8Array(6_000_000).fill(7);
    const first = open();
    await first.add([new File([bytes], "film.mp4")]);
    first.start().catch(() => {});
    await new Promise((resolve) => {
      first.addEventListener("upload-progress", ({ detail: { progress } }) => {
        if (progress.phase === "uploading") resolve(undefined);
      });
    });
    first.destroy();
    const second = open();
    let [found] = await second.recover();
    while (!found) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      [found] = await second.recover();
    }
    await found.resume(new File([bytes], "renamed.mp4"));
    while (names.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
    await second.forgetAll();
    return names;
  });
  assert.deepEqual(names, ["film.mp4", "film.mp4"]);
});
