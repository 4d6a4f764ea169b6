// Tests files of the uploader that can't be loaded. The page gets an event and an error with cause and remedy, the
// person gets a message and can retry, and added files are kept.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { element, failureOf, inlineTag, moduleTag, scriptTag, setUpPages } from "./not-loaded.mjs";

/** @typedef {import("./not-loaded.mjs").Page} Page */

const { open } = setUpPages();

/**
 * Ways to load the uploader, each with a function that returns its error.
 *
 * @type {Record<string, { scripts: string, body: string, fails: (page: Page) => Promise<any> }>}
 */
const ways = {
  "the script tag": {
    scripts: scriptTag,
    body: "",
    fails: (page) =>
      page.evaluate(() =>
        IttybitUploader.upload(new File(["a"], "a"), { endpoint: "/api/uploads" }).then(
          () => "done",
          (error) => ({
            ...JSON.parse(JSON.stringify(error)),
            message: error.message,
            isOurs: error instanceof IttybitUploader.UploadError && error instanceof Error,
          }),
        ),
      ),
  },
  "the element": {
    scripts: moduleTag,
    body: element,
    fails: failureOf,
  },
  "index.js": {
    scripts: "",
    body: "",
    fails: (page) =>
      page.evaluate(async () => {
        const { upload, UploadError } = await import("/dist/index.js");
        return upload(new File(["a"], "a"), { endpoint: "/api/uploads" }).then(
          () => "done",
          (error) => ({
            ...JSON.parse(JSON.stringify(error)),
            message: error.message,
            isOurs: error instanceof UploadError && error instanceof Error,
          }),
        );
      }),
  },
};

/** Replaces an answer to the page. @param {string} pattern @param {any} answer */
const answer = (pattern, answer) => (/** @type {Page} */ page) =>
  page.route(pattern, (route) => (answer ? route.fulfill(answer) : route.abort()));

/** Returns the demo's policy with another directive. @param {string} directive */
const policyWith = (directive) =>
  ["script-src 'self' 'nonce-n' 'wasm-unsafe-eval'", "connect-src 'self'"]
    .map((one) => (one.split(" ")[0] === directive.split(" ")[0] ? directive : one))
    .join("; ");

/**
 * @type {{
 *   what: string,
 *   of?: string[],
 *   policy?: string,
 *   init?: () => void,
 *   route?: (page: Page) => Promise<unknown>,
 *   says: RegExp,
 *   retryable: boolean,
 * }[]}
 */
const causes = [
  {
    what: "a policy without 'wasm-unsafe-eval'",
    policy: policyWith("script-src 'self' 'nonce-n'"),
    says: /^WebAssembly is blocked: the Content-Security-Policy's script-src must allow 'wasm-unsafe-eval'\.$/,
    retryable: false,
  },
  {
    what: "a browser without WebAssembly",
    init: () => Reflect.deleteProperty(window, "WebAssembly"),
    says: /^This browser has no WebAssembly\. .*Lockdown Mode .* exception for this site\.$/,
    retryable: false,
  },
  {
    what: "a policy that blocks the code",
    of: ["the script tag", "the element"],
    policy: policyWith("script-src 'nonce-n' 'wasm-unsafe-eval'"),
    says: /^widget\.js could not be loaded: 200 text\/javascript for http.*\. script-src, and in Safari trusted-types, must allow it\.$/,
    retryable: false,
  },
  {
    what: "a policy that blocks the wasm",
    policy: policyWith("connect-src 'none'"),
    says: /^(element|ittybit-uploader)\.wasm is blocked: the Content-Security-Policy's connect-src must allow it\.$/,
    retryable: false,
  },
  {
    what: "a page of the app instead of every file",
    route: answer("**/dist/*.{wasm,js}?*", { contentType: "text/html", body: "<!doctype html>" }),
    says: /could not be loaded: 200 text\/html for http.*\. Deploy all files there, or set `base`\.$/,
    retryable: false,
  },
  {
    what: "a missing file",
    route: answer("**/dist/*.{wasm,js}?*", { status: 404, contentType: "text/plain", body: "no" }),
    says: /could not be loaded: 404 text\/plain for http.*\. Deploy all files there, or set `base`\.$/,
    retryable: false,
  },
  {
    what: "a server that fails",
    route: answer("**/dist/*.{wasm,js}?*", { status: 503, contentType: "text/plain", body: "no" }),
    says: /could not be loaded: 503 text\/plain/,
    retryable: true,
  },
  {
    what: "a module of another type",
    of: ["the script tag", "the element"],
    route: (page) =>
      page.route("**/dist/widget.js*", async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, headers: { "content-type": "text/plain" } });
      }),
    says: /^widget\.js could not be loaded: 200 text\/plain for http.*\. It must be text\/javascript\.$/,
    retryable: false,
  },
  {
    what: "a lost connection, or an ad blocker",
    route: answer("**/dist/*.{wasm,js}?*", undefined),
    says: /could not be loaded: no answer from http.*It is offline, or an ad blocker, a policy or CORS blocks it\.$/,
    retryable: true,
  },
];

describe("the error names cause and remedy", () => {
  for (const { what, of = Object.keys(ways), policy, init, route, says, retryable } of causes) {
    for (const [way, { scripts, body, fails }] of Object.entries(ways)) {
      if (!of.includes(way)) continue;
      test(`${what}: ${way}`, async () => {
        const options = { scripts, ...(policy && { policy }), ...(init && { init }) };
        const { page, said, visit, close } = await open(body, options);
        await route?.(page);
        await visit();
        const error = await fails(page);
        assert.match(error.message, says);
        assert.deepEqual(
          [error.name, error.code, error.retryable, error.isOurs],
          ["UploadError", "not-loaded", retryable, true],
        );
        const lines = said.filter((text) => text === `ittybit-uploader: ${error.message}`);
        assert.equal(lines.length, 1, "the console says it, once");
        await close();
      });
    }
  }

  for (const name of ["inline.js", "ittybit-uploader.inline.js"]) {
    test(`a policy without 'wasm-unsafe-eval': ${name}`, async () => {
      const { page, visit, close } = await open("", {
        scripts: name === "inline.js" ? "" : inlineTag,
        policy: policyWith("script-src 'self' 'nonce-n'"),
      });
      await visit();
      const error = await page.evaluate(
        async (entry) => {
          const { upload } = entry ? await import(entry) : IttybitUploader;
          return upload(new File(["a"], "a"), { endpoint: "/api/uploads" }).catch(
            (/** @type {any} */ { code, message }) => ({ code, message }),
          );
        },
        name === "inline.js" ? `/dist/${name}` : "",
      );
      assert.equal(error.code, "not-loaded");
      assert.match(error.message, /'wasm-unsafe-eval'/);
      await close();
    });
  }

  test("a wasm without memory", async () => {
    const { page, visit, close } = await open(element, {
      scripts: moduleTag,
      init: () => {
        WebAssembly.instantiate = async () => {
          throw new RangeError("Out of memory");
        };
      },
    });
    await visit();
    const { message, retryable } = await failureOf(page);
    assert.equal(message, "The wasm could not be started: RangeError: Out of memory");
    assert.equal(retryable, true);
    await close();
  });

  test("trusted types that don't allow our policy, if loading needs a script", async () => {
    const { page, visit, close } = await open(element, {
      scripts: moduleTag,
      policy: "require-trusted-types-for 'script'; trusted-types another",
      init: () => Object.defineProperty(navigator, "vendor", { value: "Apple Computer, Inc." }),
    });
    await visit();
    assert.match((await failureOf(page)).message, /in Safari trusted-types, must allow it\.$/);
    await close();
  });

  test("a report-only policy is not named as the cause", async () => {
    const { page, visit, close } = await open(element, { scripts: moduleTag });
    await page.route("**/*.html", async (route) => {
      const response = await route.fetch();
      const headers = {
        ...response.headers(),
        "content-security-policy-report-only": "script-src 'nonce-n'; connect-src 'none'",
      };
      await route.fulfill({ response, headers });
    });
    await page.route("**/dist/*.wasm*", (route) => route.abort());
    await visit();
    assert.match((await failureOf(page)).message, /no answer/);
    await close();
  });

  test("a wasm with any content type is compiled", async () => {
    const { page, visit, close } = await open(element, { scripts: moduleTag });
    await page.route("**/*.wasm*", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { "content-type": "application/octet-stream" } });
    });
    await visit();
    await page.locator("ittybit-uploader [part=frame]").waitFor();
    await close();
  });
});

describe("a person", () => {
  const sentence = "The uploader couldn’t be loaded. Try again, or reload the page.";

  /** Blocks a file until the returned function is called. @param {Page} page @param {string} name */
  async function block(page, name) {
    const pattern = `**/dist/${name}?*`;
    await page.route(pattern, (route) => route.abort());
    return () => page.unroute(pattern);
  }

  for (const [scripts, missing] of /** @type {const} */ ([
    [moduleTag, "widget.js"],
    [moduleTag, "element.wasm"],
    [scriptTag, "widget.js"],
  ])) {
    const entry = /\/dist\/([^"]*)/.exec(scripts)?.[1];
    test(`sees a message, retries, and finds the files: ${missing} of ${entry}`, async () => {
      const { page, visit, close, tells } = await open(element, { scripts });
      const give = await block(page, missing);
      await visit();
      await tells("load-error");
      const host = page.locator("ittybit-uploader");
      const again = host.getByRole("button", { name: sentence, exact: true });
      assert.equal(await again.getAttribute("aria-live"), "assertive");
      // Dropped files are kept, and so are files that the page adds, whose promise rejects.
      const added = await page.evaluate(() => {
        const { file } = /** @type {any} */ (window);
        const element = /** @type {any} */ (document.querySelector("ittybit-uploader"));
        const transfer = new DataTransfer();
        transfer.items.add(file("dropped"));
        const options = { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true };
        element.dispatchEvent(new DragEvent("drop", options));
        return element.add([file("added")]).catch((/** @type {any} */ { code }) => code);
      });
      assert.equal(added, "not-loaded");
      await give();
      await again.click();
      await tells("file-added", 2);
      assert.equal(await again.count(), 0);
      const told = await page.evaluate(() => /** @type {any} */ (window).told);
      const files = told.flatMap((/** @type {any} */ { name, file }) =>
        name === "file-added" ? file : [],
      );
      assert.deepEqual(files, ["dropped", "added"]);
      const uncaught = told.filter((/** @type {any} */ { name }) => name === "unhandledrejection");
      assert.deepEqual(uncaught, []);
      await close();
    });
  }

  test("chooses files before anything is loaded, and they are kept", async () => {
    const { page, visit, close, tells } = await open(element, { scripts: moduleTag });
    const give = await block(page, "widget.js");
    await visit();
    await tells("load-error");
    await give();
    // Resets the state, as if nothing had been loaded yet.
    await page.evaluate(() => {
      const old = document.querySelector("ittybit-uploader");
      const fresh = document.createElement("ittybit-uploader");
      Object.assign(fresh, { multiple: true, endpoint: "/api/uploads" });
      Object.assign(fresh.style, { position: "absolute", top: "5000px" });
      old?.replaceWith(fresh);
    });
    const takeBack = await block(page, "element.wasm");
    const choosing = page.waitForEvent("filechooser");
    await page
      .locator("ittybit-uploader")
      .evaluate((host) => host.shadowRoot?.querySelector("button")?.click());
    await (await choosing).setFiles([{ name: "picked", mimeType: "", buffer: Buffer.from("x") }]);
    await tells("load-error", 2);
    await takeBack();
    await page.getByRole("button", { name: sentence }).dispatchEvent("click");
    await tells("file-added");
    await close();
  });

  test("sees the message in the page's language if only the wasm is missing", async () => {
    const { page, visit, close, tells } = await open(element, { scripts: moduleTag, lang: "de" });
    await block(page, "element.wasm");
    await visit();
    await tells("load-error");
    await page
      .getByRole("button", { name: /^Der Uploader konnte nicht geladen werden\./ })
      .waitFor();
    await close();
  });

  test("sees the message in the app's own words if nothing could be loaded", async () => {
    const { page, visit, close, tells } = await open(`<div hidden>${element}</div>`, {
      scripts: moduleTag,
    });
    await block(page, "widget.js");
    await visit();
    await page.locator("ittybit-uploader").evaluate((host) => {
      Object.assign(host, { words: { "error-not-loaded": "Nada." } });
      host.parentElement?.removeAttribute("hidden");
    });
    await tells("load-error");
    await page.getByRole("button", { name: "Nada." }).waitFor();
    await close();
  });
});

describe("an Uploader", () => {
  for (const [way, scripts, missing] of /** @type {const} */ ([
    ["index.js", "", "ittybit-uploader.wasm"],
    ["the script tag", scriptTag, "widget.js"],
    ["the script tag", scriptTag, "element.wasm"],
  ])) {
    for (const [then, left] of /** @type {const} */ ([
      ["start", 1],
      ["forgetAll", 0],
    ])) {
      test(`of ${way} without ${missing}: its file, then ${then}()`, async () => {
        const { page, visit, close } = await open("", { scripts });
        const pattern = `**/dist/${missing}?*`;
        await page.route(pattern, (route) => route.abort());
        await visit();
        const failed = await page.evaluate(
          async (entry) => {
            const { Uploader } = entry ? await import("/dist/index.js") : IttybitUploader;
            const uploader = new Uploader({ endpoint: async () => ({ media: { id: "a" } }) });
            /** @type {string[]} */
            const told = [];
            uploader.addEventListener("load-error", ({ detail }) => told.push(detail.error.code));
            const file = /** @type {any} */ (window).file("kept");
            const errors = await Promise.allSettled([uploader.add([file]), uploader.start()]);
            Object.assign(window, { uploader });
            return {
              told: [...new Set(told)],
              codes: errors.map((one) => /** @type {any} */ (one).reason?.code),
            };
          },
          scripts ? "" : "index.js",
        );
        assert.deepEqual(failed, { told: ["not-loaded"], codes: ["not-loaded", "not-loaded"] });
        if (then === "start") await page.unroute(pattern);
        const files = await page.evaluate(async (then) => {
          const { uploader } = /** @type {any} */ (window);
          await uploader[then]().catch(() => {});
          return uploader.files.length;
        }, then);
        if (then === "forgetAll") await page.unroute(pattern);
        const names = await page.evaluate(async () => {
          const { uploader } = /** @type {any} */ (window);
          await uploader.add([]);
          const { successful } = await uploader.start();
          return [...new Set([...successful, ...uploader.files])].map(({ name }) => name);
        });
        assert.deepEqual([files, names.length], [left, left]);
        await close();
      });
    }
  }
});
