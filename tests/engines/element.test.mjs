// Tests the element in every engine as a person uses it, with the real backend.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { slow } from "../e2e/large.mjs";
import { sha256 } from "../e2e/support.mjs";
import { forEachEngine } from "./engine.mjs";
import { picture, setUpHost, setUpHostile } from "./host.mjs";

const { large, plan } = setUpHost();
const hostile = setUpHostile();

const input = ["ittybit-uploader", "input"];

/** @param {string} name of a button, in a row or of the whole */
const button = (name) => ["ittybit-uploader", `button[data-field="${name}"]:not([hidden])`];

forEachEngine((engine) => {
  const open = async () => {
    await engine.open(`${large.demo.address}/element.html`);
    await engine.waitFor(() =>
      document.querySelector("ittybit-uploader")?.shadowRoot?.querySelector("[part=list]"),
    );
  };

  /**
   * Waits for an event of the element.
   *
   * @param {string} name
   * @returns {Promise<any>} its detail
   */
  const tells = (name) =>
    engine.waitFor(
      (name) =>
        /** @type {any} */ (window).told.find((/** @type {any} */ one) => one.name === name),
      name,
    );

  /** @returns {Promise<string[]>} the visible text of each row */
  const rows = () =>
    engine.evaluate(() => {
      const root = document.querySelector("ittybit-uploader")?.shadowRoot;
      const all = [...(root?.querySelectorAll("[part~=row]") ?? [])];
      return all.map((row) =>
        [...row.querySelectorAll("bdi, p:not([hidden])")]
          .map(({ textContent }) => textContent)
          .join(" "),
      );
    });

  /**
   * Waits until a button with a text is visible and drawn.
   *
   * @param {string} name
   */
  const see = (name) =>
    engine.waitFor(async (selector) => {
      for (const _ of Array(2)) await new Promise((next) => requestAnimationFrame(next));
      const root = document.querySelector("ittybit-uploader")?.shadowRoot;
      const button = /** @type {HTMLElement | null | undefined} */ (root?.querySelector(selector));
      return button?.checkVisibility() && (button.ariaLabel ?? button.textContent) !== "";
    }, button(name)[1] ?? "");

  /** Returns the data that a form would submit. @returns {Promise<[string, string][]>} */
  const sent = () =>
    engine.evaluate(() =>
      [...new FormData(/** @type {HTMLFormElement} */ (document.querySelector("form")))].map(
        ([name, value]) => [name, String(value)],
      ),
    );

  describe("the element", () => {
    test("a file is chosen, uploaded, displayed, and part of the form", async () => {
      await plan();
      await open();
      assert.equal(
        await engine.evaluate(() => document.querySelector("form")?.checkValidity()),
        false,
      );
      await engine.pick(input, picture);
      await see("start");
      await engine.click(button("start"));
      const { media } = await tells("upload-success");
      assert.equal(sha256(large.demo.stored(media)), sha256(readFileSync(picture)));
      await tells("complete");
      assert.deepEqual(await sent(), [["clip", media.id]]);
      assert.equal(
        await engine.evaluate(() => document.querySelector("form")?.checkValidity()),
        true,
      );
      await engine.waitFor(() =>
        document.querySelector("ittybit-uploader")?.shadowRoot?.querySelector("[part~=done]"),
      );
      const [row] = await rows();
      assert.match(row ?? "", /harbour\.jpg/);
      assert.match(row ?? "", /Uploaded/);
      await engine.waitFor(() =>
        document.querySelector("ittybit-uploader")?.shadowRoot?.querySelector("[part=picture]"),
      );
    });

    test("a temporary error is retried; a refusal is displayed and can be retried", async () => {
      await plan([
        { kind: "status", status: 503 },
        { kind: "status", status: 422 },
      ]);
      await open();
      await engine.pick(input, picture);
      await see("start");
      await engine.click(button("start"));
      await tells("upload-error");
      await see("retry");
      assert.match((await rows())[0] ?? "", /Not uploaded/);
      assert.deepEqual(await sent(), []);
      await engine.click(button("retry"));
      const { media } = await tells("upload-success");
      assert.deepEqual(await sent(), [["clip", media.id]]);
    });

    test("cancelling stops the upload, and nothing is stored", async () => {
      await plan([{ kind: "slow", bytes_per_second: 5_000_000 }]);
      await open();
      await engine.pick(input, large.film.path);
      await see("start");
      await engine.click(button("start"));
      await see("cancel");
      await engine.click(button("cancel"));
      await tells("upload-cancel");
      await see("remove");
      await engine.click(button("remove"));
      await tells("file-removed");
      await engine.waitFor(() =>
        document.querySelector("ittybit-uploader")?.matches("[empty]:not([uploading])"),
      );
      await engine.waitFor(
        () => !document.querySelector("ittybit-uploader")?.shadowRoot?.querySelector("[part~=row]"),
      );
    });

    for (const protocol of /** @type {const} */ (["resumable", "multipart"])) {
      test(`a large file is paused and resumed, ${protocol}`, async () => {
        await large.plan(protocol, slow);
        await open();
        await engine.evaluate((protocol) => {
          /** @type {any} */ (document.querySelector("ittybit-uploader")).props = { protocol };
        }, protocol);
        await engine.pick(input, large.film.path);
        await see("start");
        await engine.click(button("start"));
        await engine.waitFor(
          () => /** @type {any} */ (document.querySelector("ittybit-uploader")).progress.loaded > 0,
        );
        await see("pause");
        await engine.click(button("pause"));
        await tells("upload-pause");
        await large.plan(protocol);
        await see("resume");
        await engine.click(button("resume"));
        const { media } = await tells("upload-success");
        assert.equal(await large.stored(media), large.film.sha256);
      });
    }

    test("a dropped file and a dropped folder are listed", async () => {
      await plan();
      await open();
      await engine.drop("ittybit-uploader", join(large.files.folder, "note.txt"));
      await tells("file-added");
      await engine.drop("ittybit-uploader", join(large.files.folder, "photos"));
      await engine.waitFor(
        () =>
          /** @type {any} */ (window).told.filter(
            (/** @type {any} */ one) => one.name === "file-added",
          ).length === 4,
      );
      await engine.waitFor(
        () =>
          document.querySelector("ittybit-uploader")?.shadowRoot?.querySelectorAll("[part~=row]")
            .length === 4,
      );
      const names = (await rows()).map((row) => /^.+?\.txt/.exec(row)?.[0]);
      assert.deepEqual(names.sort(), ["a.txt", "b.txt", "note.txt", "é ü.txt"]);
    });

    test("works with the keyboard alone", async () => {
      await plan();
      await open();
      await engine.evaluate(() =>
        /** @type {any} */ (document.querySelector("ittybit-uploader")).add([
          new File(["one"], "one.txt"),
          new File(["two"], "two.txt"),
        ]),
      );
      await see("start");
      /** @returns {Promise<string>} the name of the focused element */
      const focused = () =>
        engine.evaluate(async () => {
          // The name is updated in the next frame.
          for (const _ of Array(2)) await new Promise((next) => requestAnimationFrame(next));
          const inside = document.querySelector("ittybit-uploader")?.shadowRoot?.activeElement;
          return inside?.getAttribute("aria-label") || inside?.textContent?.trim() || "";
        });
      /** @type {string[]} */
      const walked = [];
      for (const _ of Array(8)) {
        await engine.press("Tab");
        walked.push(await focused());
        if (walked.at(-1)?.includes("two.txt")) break;
      }
      const plain = walked.map((name) => name.replace(/[\u2066-\u2069]/g, "")).filter(Boolean);
      assert.deepEqual(plain, [
        "Add more files",
        "Upload 2 files",
        "Remove one.txt",
        "Remove two.txt",
      ]);
      await engine.press("Enter");
      await tells("file-removed");
      // The focus moves to the remaining file.
      assert.match(await focused(), /one\.txt/);
      await engine.press("Shift+Tab");
      assert.equal(await focused(), "Upload 1 file");
      await engine.press("Enter");
      const { file } = await tells("upload-success");
      assert.equal(file, "one.txt");
    });
  });

  test("runs only files that were checked, under trusted types", async () => {
    for (const [path, words] of [
      ["once", "Datei auswählen"],
      ["changed", "Choose a file"],
    ]) {
      await engine.open(`${hostile.address}/${path}/`);
      const said = await engine.waitFor(() => {
        const root = document.querySelector("ittybit-uploader")?.shadowRoot;
        return root?.querySelector("[part=frame] [data-field=choose]")?.textContent?.trim();
      });
      assert.equal(said, words);
      assert.equal(await engine.evaluate(() => "changed" in window), false);
    }
  });
});
