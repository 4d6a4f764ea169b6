// Tests errors as JSON, for bug reports.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { root } from "../../pkg-config/run.mjs";
import { careless, setUpStories, upload } from "./story.mjs";

const { open, plan } = setUpStories();

describe("an error as JSON", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

  test("contains all details, and no URL", async () => {
    await plan({ kind: "status", status: 422, body: careless });
    const { page, close } = await open();
    const report = JSON.parse(await upload(page));
    const detail = report.detail;
    assert.deepEqual(report, {
      ...{ name: "UploadError", code: "rejected", message: report.message, status: 422 },
      ...{ attempt: 1, retryable: false, detail, version },
    });
    assert.match(detail, /^Not now: /);
    assert(!/:\/\/|abc123/.test(JSON.stringify(report)));
    await close();
  });

  test("contains the name and message of the cause", async () => {
    const { page, close } = await open();
    const reports = await page.evaluate(async () => {
      const { upload } = await import("/dist/index.js");
      const reportOf = (/** @type {unknown} */ thrown) => {
        const endpoint = async () => {
          throw thrown;
        };
        const options = { endpoint, retryDelays: [] };
        return upload(new File(["x"], "x.mp4"), options).catch((error) =>
          JSON.parse(JSON.stringify({ error })),
        );
      };
      const secret = Object.assign(
        new RangeError('no "session" at https://a.example/b?c=d, sorry'),
        {
          token: "t",
        },
      );
      return Promise.all([reportOf(secret), reportOf("no session"), reportOf(undefined)]);
    });
    assert.deepEqual(
      reports.map(({ error }) => error.cause),
      [{ name: "RangeError", message: 'no "session" at […] sorry' }, {}, undefined],
    );
    for (const { error } of reports) assert.equal(error.code, "endpoint");
    await close();
  });

  test("has the same format if the uploader could not be loaded", async () => {
    // Shortens the waits between the further attempts.
    const prepare = () => {
      const { setTimeout } = window;
      Object.assign(window, {
        setTimeout: (/** @type {() => void} */ callback, /** @type {number} */ delay) =>
          setTimeout(callback, delay / 1000),
      });
    };
    const { page, close } = await open({ name: "script-tag.html", prepare });
    await page.route("**/widget.js*", (route) => route.abort());
    const json = await page.evaluate(() =>
      IttybitUploader.upload(new File(["x"], "x.mp4"), { endpoint: "/api/uploads" }).then(
        () => "",
        JSON.stringify,
      ),
    );
    const { message, ...report } = JSON.parse(json);
    assert.match(message, /^widget.js could not be loaded: no answer from \[…\]/);
    assert.deepEqual(report, {
      ...{ name: "UploadError", code: "not-loaded", attempt: 1, retryable: true, version },
    });
    await close();
  });
});
