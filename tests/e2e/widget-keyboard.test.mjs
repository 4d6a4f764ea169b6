// The element without a mouse, on small screens, with large text and without motion.

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { setUpElements } from "./element.mjs";
import { remembered } from "./large.mjs";

const elements = setUpElements();
const many = '<ittybit-uploader endpoint="/api/uploads" multiple></ittybit-uploader>';

/** What a picker is given. @param {string} name */
const picked = (name) => ({ name, mimeType: "text/plain", buffer: Buffer.from(name) });

/** An element with files on their way, all of them held. @param {...string} names */
async function underWay(...names) {
  const element = await elements.open(many);
  await element.holdFiles();
  await element.add(...names);
  await element.host.evaluate((host) => void (/** @type {any} */ (host).start()));
  await element.holds(names.length);
  for (const name of names) await element.button("Pause", name).waitFor();
  return element;
}

describe("by keyboard alone", () => {
  test("files are chosen, uploaded, paused, resumed, and removed", async () => {
    const element = await elements.open(many);
    const { page } = element;
    await element.holdFiles();
    await element.press("Tab");
    await element.isFocused("Choose files");
    const [picker] = await Promise.all([page.waitForEvent("filechooser"), element.press("Enter")]);
    assert(picker.isMultiple());
    await picker.setFiles([picked("one.txt"), picked("two.txt")]);
    await element.row("two.txt").waitFor();
    await element.isFocused("Add more files");

    await element.press("Tab");
    await element.isFocused("Upload 2 files");
    await element.press("Enter");
    await element.holds(2);
    await element.isFocused("Pause all");
    await element.press("Space");
    await element.is("paused");
    await element.isFocused("Resume all");
    await element.press("Space");
    await element.is("uploading");
    await element.isFocused("Pause all");

    await element.press("Tab");
    await element.isFocused("Cancel all");
    await element.press("Tab");
    await element.isFocused("Pause one.txt");
    await element.press("Enter");
    await element.button("Resume", "one.txt").waitFor();
    await element.isFocused("Resume one.txt");
    await element.press("Enter");
    await element.button("Pause", "one.txt").waitFor();
    await element.isFocused("Pause one.txt");

    element.letAllGo();
    await element.is("done");
    await element.isFocused("Remove one.txt");
    await element.press("Enter");
    await element.row("one.txt").waitFor({ state: "detached" });
    await element.isFocused("Remove two.txt");
    await element.press("Enter");
    await element.is("empty");
    await element.isFocused("Choose files");
    assert.deepEqual(await element.told(), [
      ...["file-added one.txt", "file-added two.txt", "upload-start one.txt"],
      ...["upload-start two.txt", "upload-pause one.txt", "upload-pause two.txt"],
      ...["upload-resume one.txt", "upload-resume two.txt", "upload-pause one.txt"],
      ...["upload-resume one.txt", ...(await element.told()).slice(10, 12), "complete"],
      ...["file-removed one.txt", "file-removed two.txt"],
    ]);
  });

  test("a file is cancelled and tried again", async () => {
    const element = await underWay("one.txt");
    await element.button("Cancel", "one.txt").focus();
    await element.press("Enter");
    await element.button("Retry", "one.txt").waitFor();
    await element.isFocused("Retry one.txt");
    await element.press("Enter");
    await element.button("Pause", "one.txt").waitFor();
    await element.isFocused("Pause one.txt");
    element.letAllGo();
    await element.is("done");
    await element.isFocused("Remove one.txt");
  });

  test("a file that fails is tried again", async () => {
    const element = await elements.open(many);
    await elements.plan({ store: [{ kind: "status", status: 400 }] });
    await element.add("one.txt");
    await element.button("Upload 1 file").focus();
    await element.press("Enter");
    await element.hears("upload-error one.txt");
    await element.is("failed");
    await element.isFocused("Add more files");
    await element.press("Tab");
    await element.isFocused("Retry one.txt");
    await element.press("Enter");
    await element.is("done");
    await element.isFocused("Remove one.txt");
  });

  test("arrows go to the same button of the next row and of the one before", async () => {
    const element = await underWay("one.txt", "two.txt", "three.txt");
    await element.button("Cancel", "two.txt").focus();
    await element.press("ArrowDown");
    await element.isFocused("Cancel three.txt");
    await element.press("ArrowDown");
    await element.isFocused("Cancel three.txt");
    await element.press("ArrowUp", "ArrowUp");
    await element.isFocused("Cancel one.txt");
    // Another row may have no such button.
    await element.button("Pause", "two.txt").click();
    await element.button("Pause", "one.txt").focus();
    await element.press("ArrowDown");
    await element.isFocused("Resume two.txt");
  });

  test("Delete removes a row, and the next one, or the one before, has the focus", async () => {
    const element = await elements.open(many);
    await element.add("one.txt", "two.txt", "three.txt");
    await element.button("Remove", "two.txt").focus();
    await element.press("Delete");
    await element.row("two.txt").waitFor({ state: "detached" });
    await element.isFocused("Remove three.txt");
    await element.press("Delete");
    await element.row("three.txt").waitFor({ state: "detached" });
    await element.isFocused("Remove one.txt");
    await element.press("Delete");
    await element.is("empty");
    await element.isFocused("Choose files");
  });

  test("when all is cancelled or cleared, the focus stays in the element", async () => {
    const element = await underWay("one.txt", "two.txt");
    await element.button("Cancel all").focus();
    await element.press("Enter");
    await element.button("Clear list").waitFor();
    await element.isFocused("Clear list");
    await element.press("Enter");
    await element.is("empty");
    await element.isFocused("Choose files");
  });

  test("what waits after all was paused is started", async () => {
    const element = await elements.open(many.replace("multiple", 'multiple limit="1"'));
    await element.holdFiles();
    await element.add("one.txt", "two.txt", "three.txt");
    await element.button("Upload 3 files").focus();
    await element.press("Enter");
    await element.holds(1);
    await element.button("Pause all").focus();
    await element.press("Enter");
    await element.is("paused");
    await element.button("Cancel", "one.txt").focus();
    await element.press("Enter");
    await element.button("Upload 2 files").focus();
    await element.press("Enter");
    element.letAllGo();
    await element.is("done");
  });

  test("what an earlier visit left is discarded or gone on with", async () => {
    const element = await elements.open(many);
    await element.leaveUnfinished("film.mp4");
    await element.part("choose").focus();
    await element.press("Tab");
    await element.isFocused("Choose again to continue film.mp4");
    const [picker] = await Promise.all([
      element.page.waitForEvent("filechooser"),
      element.press("Enter"),
    ]);
    assert(!picker.isMultiple());
    await picker.setFiles([picked("other.mp4")]);
    await element.part("problem").waitFor();
    await element.isFocused("Choose again to continue film.mp4");
    await element.press("Tab");
    await element.isFocused("Discard film.mp4");
    await element.press("Enter");
    await element.part("unfinished-item").waitFor({ state: "detached" });
    await element.isFocused("Choose files");
    assert.equal(await element.part("unfinished").isVisible(), false);
  });

  test("what one owner left, another is not shown, and signing out forgets it", async () => {
    const element = await elements.open(many);
    await element.leaveUnfinished("film.mp4");
    const owned = (/** @type {string | null} */ owner) =>
      element.host.evaluate((host, owner) => Object.assign(host, { owner }), owner);
    const shown = () => element.part("unfinished-item").count();
    // An owner's files go with the owner: they are not the next one's to see or to send.
    await element.add("hers.txt");
    await owned("bob");
    await element.is("empty");
    await element.add("his.txt");
    await element.settles();
    assert.equal(await shown(), 0);
    await owned(null);
    await element.is("empty");
    await element.settles();
    assert.equal(await shown(), 0);
    await owned("alice");
    await element.part("unfinished-item").waitFor();
    await element.add("more.txt");
    await element.host.evaluate((host) => /** @type {any} */ (host).forgetAll());
    assert.deepEqual(await remembered(element.page), []);
    await element.is("empty");
    await element.part("unfinished-item").waitFor({ state: "detached" });
  });

  test("a long list is walked to its end, and where it was scrolled away it keeps the focus", async () => {
    const element = await elements.open(many);
    const names = Array.from({ length: 300 }, (_, index) => `${index + 1}.txt`);
    await element.add(...names);
    await element.button("Remove", "1.txt").focus();
    for (const name of names.slice(1)) {
      await element.press("ArrowDown");
      await element.settles();
      assert.equal(await element.focused(), `Remove ${name}`);
      if (name === "60.txt") break;
    }
    await element.part("list").evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await element.row("300.txt").waitFor();
    const place = await element.host.evaluate((host) => host.shadowRoot?.activeElement?.part.value);
    assert.equal(place, "list");
  });

  test("what has the focus is outlined", async () => {
    const element = await underWay("one.txt");
    const seen = new Set();
    for (;;) {
      await element.press("Tab");
      const name = await element.focused();
      if (seen.has(name) || name === "nothing") break;
      seen.add(name);
      const outline = await element.host.evaluate((host) => {
        const style = getComputedStyle(/** @type {Element} */ (host.shadowRoot?.activeElement));
        return [style.outlineStyle, Number.parseFloat(style.outlineWidth) >= 2];
      });
      assert.deepEqual(outline, ["solid", true], name);
    }
    assert.deepEqual([...seen], ["Add more files", "Pause one.txt", "Cancel one.txt"]);
  });
});

/** The buttons that are less than `least` pixels wide or high. @param {import("./element.mjs").Element} element @param {number} least */
const small = (element, least) =>
  element.host.evaluate((host, least) => {
    const buttons = [...(host.shadowRoot?.querySelectorAll("button") ?? [])];
    const seen = buttons.filter((button) => button.checkVisibility());
    if (seen.length < 3) throw new Error("Where are the buttons?");
    return seen
      .map((button) => ({ button, box: button.getBoundingClientRect() }))
      .filter(({ box }) => box.width < least || box.height < least)
      .map(
        ({ button, box }) => `${button.ariaLabel ?? button.textContent} ${box.width} ${box.height}`,
      );
  }, least);

describe("for all hands", () => {
  test("buttons are at least 24 pixels wide and high", async () => {
    assert.deepEqual(await small(await underWay("one.txt", "two.txt"), 24), []);
  });

  test("buttons are at least 44 pixels wide and high for a finger", async () => {
    const element = await elements.open(many, { hasTouch: true, isMobile: true });
    await element.add("one.txt", "two.txt");
    assert.deepEqual(await small(element, 44), []);
  });
});

/** How long what moves does. @param {import("playwright-core").BrowserContextOptions} options */
async function durations(options) {
  const element = await elements.open(many, options);
  await element.add("one.txt", "two.txt");
  return element.host.evaluate((host) => {
    const all = [...(host.shadowRoot?.querySelectorAll("*") ?? [])];
    const styles = all.map((one) => getComputedStyle(one));
    return [
      ...new Set(styles.flatMap((style) => [style.transitionDuration, style.animationDuration])),
    ];
  });
}

test("nothing moves where less motion is wanted", async () => {
  assert.deepEqual(await durations({ reducedMotion: "reduce" }), ["0s"]);
  assert.notDeepEqual(await durations({ reducedMotion: "no-preference" }), ["0s"]);
});

describe("nothing sticks out", () => {
  for (const [what, size, scale] of /** @type {const} */ ([
    ["on a screen of 320 pixels", 320, 100],
    ["with text twice as large", 640, 200],
    ["with text twice as large on a screen of 320 pixels", 320, 200],
  ])) {
    for (const lang of ["en", "de"]) {
      test(`${what}, ${lang}`, async () => {
        const element = await elements.open(
          '<ittybit-uploader endpoint="/api/uploads" multiple folders capture="environment" max-file-size="1MB" accept=".txt,video/*"></ittybit-uploader>',
          { lang, viewport: { width: size, height: 700 } },
        );
        const { page } = element;
        await page.evaluate((scale) => {
          document.documentElement.style.fontSize = `${scale}%`;
        }, scale);
        const fits = async () => {
          await element.settles();
          const out = await element.host.evaluate((host) => {
            const { left, right } = host.getBoundingClientRect();
            const all = [...(host.shadowRoot?.querySelectorAll("*") ?? [])];
            return all
              .filter(
                (one) =>
                  one.checkVisibility() &&
                  !one.closest("[part=overlay],[part=news],[part=tile],bdi"),
              )
              .filter((one) => {
                const box = one.getBoundingClientRect();
                const isCut = one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0;
                const isName = one.matches('[part=name],[part~="bar"],bdi,[part=thumbnail],span');
                return box.left < left - 1 || box.right > right + 1 || (isCut && !isName);
              })
              .map((one) => `${one.localName} ${one.part.value} ${one.textContent}`);
          });
          assert.deepEqual(out, []);
          const page = await element.page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement;
            return scrollWidth - clientWidth;
          });
          assert.equal(page, 0);
        };
        await fits();
        await element.add("a.txt", `${"long-".repeat(30)}name.txt`);
        await fits();
        await element.holdFiles();
        await element.host.evaluate((host) => void (/** @type {any} */ (host).start()));
        await element.holds(2);
        await fits();
        await elements.plan({
          store: Array(2).fill({
            kind: "status",
            status: 400,
            body: `{"message":"${"x".repeat(200)}"}`,
          }),
        });
        element.letAllGo();
        await element.is("failed");
        await element.part("message").first().waitFor();
        await element.host.evaluate((host) =>
          /** @type {any} */ (host).add([new File(["x"], `${"long-".repeat(30)}name.png`)]),
        );
        await element.part("problem").waitFor();
        await fits();
      });
    }
  }
});
