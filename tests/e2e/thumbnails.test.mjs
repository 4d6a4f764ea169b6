// Tests thumbnails of pictures and films, under the strictest policy that the package supports.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { crc32, deflateSync } from "node:zlib";

import { build } from "esbuild";

import { root } from "../../pkg-config/run.mjs";
import { launchBrowser, openPage } from "./support.mjs";

/** @type {import("esbuild").BuildOptions} */
const bundled = { bundle: true, outdir: "/", entryNames: "[name]", absWorkingDir: root };
const bundles = await Promise.all([
  build({
    ...bundled,
    entryPoints: ["tests/e2e/pages/thumbnails.js", "src/widget/js/pictures/film.js"],
    splitting: true,
    format: "esm",
    write: false,
  }),
  // Another library creates the films, so that they don't only suit our own reader.
  build({
    ...bundled,
    entryPoints: [{ in: "mediabunny", out: "mediabunny" }],
    globalName: "mediabunny",
    logLevel: "error",
    write: false,
  }),
]);
const scripts = bundles.flatMap(({ outputFiles }) => outputFiles);
const page = `<!doctype html><script src="/mediabunny.js"></script>
  <script type="module" src="/thumbnails.js"></script>`;
/** @type {string[]} */
const asked = [];
const server = createServer(({ url }, response) => {
  asked.push(String(url));
  const script = scripts.find(({ path }) => path === url);
  response.writeHead(script || url === "/" ? 200 : 404, {
    "content-type": script ? "text/javascript" : "text/html",
    "content-security-policy":
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'",
  });
  response.end(script?.contents ?? page);
});
await new Promise((resolve) => server.listen(0, "localhost", () => resolve(undefined)));
const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  server.close();
});

/** The exports of pages/thumbnails.js. @typedef {any} Page */

/**
 * @template Argument, Result
 * @param {(argument: Argument) => Promise<Result>} act in the page
 * @param {Argument} argument
 */
async function inPage(act, argument) {
  const { page, close } = await openPage(browser);
  /** @type {string[]} */
  const said = [];
  page.on("console", (message) => said.push(message.text()));
  await page.goto(`http://localhost:${port}/`);
  await page.waitForFunction(() => "thumbnail" in globalThis);
  const result = await page.evaluate(/** @type {any} */ (act), argument);
  await close();
  // The browser itself requests an icon.
  assert.deepEqual(
    said.filter((text) => !text.includes("404")),
    [],
  );
  return /** @type {Result} */ (result);
}

/** @param {object} look */
const ofPicture = (look) =>
  inPage(
    async (look) => {
      const { picture, look: see } = /** @type {Page} */ (globalThis);
      return see(await picture(look.type, look));
    },
    /** @type {any} */ (look),
  );

/** @param {object} look */
const ofFilm = (look) =>
  inPage(
    async (look) => {
      const { film, look: see } = /** @type {Page} */ (globalThis);
      return see(await film(look), { name: "Ferry.MOV" });
    },
    /** @type {any} */ (look),
  );

/**
 * @param {string} left
 * @param {string} right
 */
const halves = (left, right) => {
  return { size: "80 80", left, right };
};

/**
 * @param {any} seen
 * @param {Record<string, string>} expected
 */
function shows(seen, expected) {
  assert(seen, "there is no thumbnail");
  for (const [key, value] of Object.entries(expected)) assert.equal(seen[key], value, key);
}

test("a picture is cropped to its middle", async () => {
  const wide = { width: 900, height: 300, left: "red", right: "blue" };
  shows(await ofPicture({ type: "image/png", ...wide }), halves("red", "blue"));
  shows(await ofPicture({ type: "image/webp", ...wide }), halves("red", "blue"));
  const high = { width: 300, height: 900, left: "lime", right: "blue" };
  shows(await ofPicture({ type: "image/jpeg", ...high }), halves("lime", "blue"));
  const small = { width: 8, height: 8, left: "red", right: "blue" };
  shows(await ofPicture({ type: "image/png", ...small }), halves("red", "blue"));
});

test("a photo is rotated by its orientation", async () => {
  const photo = { type: "image/jpeg", width: 400, height: 300, left: "red", right: "blue" };
  shows(await ofPicture({ ...photo, orientation: 6 }), { top: "red", bottom: "blue" });
  shows(await ofPicture({ ...photo, orientation: 8 }), { top: "blue", bottom: "red" });
  shows(await ofPicture({ ...photo, orientation: 3 }), halves("blue", "red"));
});

test("transparent pixels stay transparent", async () => {
  const look = { type: "image/png", width: 100, height: 100, left: "lime", right: "#00000000" };
  shows(await ofPicture(look), halves("lime", "none"));
});

test("files without a picture have no thumbnail", async () => {
  const before = asked.length;
  const seen = await inPage(async () => {
    const { look, picture, thumbnail } = /** @type {Page} */ (globalThis);
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="fetch('/a')"><script>fetch('/b')</script>
      <image href="/c"/></svg>`;
    const whole = await picture("image/png", { width: 90, height: 90, left: "red" });
    const files = [
      new Blob([svg], { type: "image/svg+xml" }),
      new Blob([svg], { type: "image/png" }),
      new Blob([whole.slice(0, 40)], { type: "image/png" }),
      new Blob(["no picture"], { type: "image/jpeg" }),
      new Blob([], { type: "image/jpeg" }),
      new Blob(["words"], { type: "text/plain" }),
      new Blob([whole, new Uint8Array(50_000_000)], { type: "image/png" }),
      await picture("image/png", { width: 1, height: 30_000, left: "red" }),
    ];
    const seen = [];
    for (const file of files) seen.push((await look(file)) ?? null);
    // An empty canvas.
    seen.push((await thumbnail(whole, whole, 0, 1)) ?? null);
    return seen;
  }, undefined);
  assert.deepEqual(seen, Array(9).fill(null));
  // Ignores the code that pictures and films share.
  const loaded = asked.slice(before).filter((url) => !/^\/(favicon\.ico$|chunk-)/.test(url));
  assert.deepEqual(
    loaded,
    ["/", "/mediabunny.js", "/thumbnails.js"],
    "the code for frames was loaded",
  );
});

for (const [container, codec] of [
  ["mp4", "vp9"],
  ["front", "av1"],
  ["fragments", "vp9"],
  ["mov", "avc"],
  ["webm", "vp8"],
  ["webm", "vp9"],
  ["live", "vp9"],
  ["mkv", "av1"],
  ["mkv", "avc"],
]) {
  test(`a frame of a film: ${container}, ${codec}`, async (t) => {
    const codes = await inPage(async (codec) => {
      const full = /** @type {Record<string, string>} */ ({
        ...{ vp8: "vp8", vp9: "vp09.00.10.08", av1: "av01.0.04M.08", avc: "avc1.42001f" },
      })[codec];
      const config = { codec: String(full), width: 320, height: 240 };
      return (await VideoEncoder.isConfigSupported(config)).supported;
    }, codec);
    if (!codes) return t.skip("this browser does not code it");
    shows(await ofFilm({ container, codec }), halves("red", "blue"));
    // Its first frames are black.
    shows(await ofFilm({ container, codec, black: 1 }), halves("red", "blue"));
    shows(await ofFilm({ container, codec, black: 2 }), halves("black", "black"));
  });
}

test("a film is rotated by its orientation", async () => {
  const look = { container: "mp4", codec: "vp9" };
  shows(await ofFilm({ ...look, rotation: 90 }), { top: "red", bottom: "blue" });
  shows(await ofFilm({ ...look, rotation: 180 }), halves("blue", "red"));
  shows(await ofFilm({ ...look, rotation: 270 }), { top: "blue", bottom: "red" });
});

for (const type of ["video/webm", "video/mp4", "video/x-matroska;codecs=avc1"]) {
  test(`a frame of a film that the browser records: ${type}`, async (t) => {
    const seen = await inPage(async (type) => {
      const { look, recording } = /** @type {Page} */ (globalThis);
      if (!MediaRecorder.isTypeSupported(type)) return "cannot";
      return look(await recording(type), { type });
    }, type);
    if (seen === "cannot") return t.skip("this browser does not record it");
    shows(seen, halves("red", "blue"));
  });
}

test("a broken film has no thumbnail, and causes no error", async () => {
  const seen = await inPage(async () => {
    const { film, look } = /** @type {Page} */ (globalThis);
    const type = "video/mp4";
    const seen = [];
    for (const container of ["front", "mp4", "fragments", "webm"]) {
      const whole = await film({ container, codec: "vp9" });
      const bytes = new Uint8Array(await whole.arrayBuffer());
      for (const part of [0, 3, 20, 300, 400]) {
        seen.push((await look(whole.slice(0, part), { type })) ?? null);
      }
      // Replaces numbers with wrong ones. Any result is fine, as long as there is one.
      for (let at = 0; at < 800; at += 8) {
        const bad = bytes.slice();
        bad.fill(255, at, at + 4);
        await look(new Blob([bad]), { type });
      }
    }
    seen.push((await look(new Blob([new Uint8Array(1_000_000)]), { type })) ?? null);
    return seen;
  }, undefined);
  assert.deepEqual(seen, Array(21).fill(null));
});

test("files that would block the page are skipped", async () => {
  // 66 MB of white, compressed to 64 KB, in a valid file.
  const size = 23_000;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 1;
  const chunk = (/** @type {string} */ type, /** @type {Buffer} */ data) => {
    const content = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(content));
    return Buffer.concat([length, content, sum]);
  };
  const pixels = deflateSync(Buffer.alloc(size * (1 + size / 8)), { level: 9 });
  const png = Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    ...[chunk("IHDR", header), chunk("IDAT", pixels), chunk("IEND", Buffer.alloc(0))],
  ]);
  const seen = await inPage(async (png) => {
    const { look, picture } = /** @type {Page} */ (globalThis);
    const decode = globalThis.createImageBitmap;
    let decoded = 0;
    globalThis.createImageBitmap = (/** @type {any[]} */ ...args) => {
      decoded++;
      return Reflect.apply(decode, globalThis, args);
    };
    const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
    const seen = [(await look(new Blob([bytes], { type: "image/png" }))) ?? null, decoded];
    const box = (/** @type {number} */ size, /** @type {string} */ type) =>
      new Uint8Array([
        ...[24, 16, 8, 0].map((bits) => size >> bits),
        ...new TextEncoder().encode(type),
      ]);
    const tiny = new Blob(Array(10_000).fill(box(8, "trak")));
    const boxes = Array(500).fill(tiny);
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    for (const head of [[], [box(20_000_000, "moov")]]) {
      const film = new Blob([box(8, "ftyp"), ...head, ...boxes]);
      turns = 0;
      seen.push((await look(film, { type: "video/mp4" })) ?? null, head.length > 0 || turns > 50);
    }
    clearInterval(timer);
    const whole = await picture("image/png", { width: 90, height: 90, left: "red" });
    return [...seen, (await look(whole))?.left];
  }, png.toString("base64"));
  assert.deepEqual(seen, [null, 0, null, true, null, true, "red"]);
});

test("two thumbnails are created at once, and aborted ones leave the queue", async () => {
  const seen = await inPage(async () => {
    const { picture, thumbnail } = /** @type {Page} */ (globalThis);
    const file = await picture("image/png", { width: 90, height: 90, left: "red" });
    const decode = globalThis.createImageBitmap;
    let begun = 0;
    let now = 0;
    let most = 0;
    globalThis.createImageBitmap = async (/** @type {any[]} */ ...args) => {
      begun++;
      most = Math.max(most, ++now);
      try {
        return await Reflect.apply(decode, globalThis, args);
      } finally {
        now--;
      }
    };
    const given = Array.from({ length: 12 }, () => new AbortController());
    given[0]?.abort();
    const made = given.map(({ signal }) => thumbnail(file, file, 40, 1, signal));
    // Aborts one in progress, and some that wait.
    for (const i of [1, 5, 6, 11]) given[i]?.abort();
    const waited = await Promise.all([5, 6, 11].map((i) => made[i]));
    const all = await Promise.all(made);
    const later = await thumbnail(file, file, 40, 1);
    return {
      ...{ begun, most, later: later?.width, waited: waited.map((one) => one ?? null) },
      made: all.flatMap((one, i) => (one ? [i] : [])),
    };
  }, undefined);
  assert.deepEqual(seen, {
    ...{ begun: 9, most: 2, later: 40, waited: [null, null, null] },
    made: [2, 3, 4, 7, 8, 9, 10],
  });
});

test("an aborted film has no thumbnail", async () => {
  const seen = await inPage(async () => {
    const { film, look } = /** @type {Page} */ (globalThis);
    const file = await film({ container: "mp4", codec: "vp9" });
    const early = new AbortController();
    const given = look(file, { type: "video/mp4" }, early.signal);
    early.abort();
    const late = new AbortController();
    const other = look(file, { type: "video/mp4" }, late.signal);
    const decode = VideoDecoder.prototype.decode;
    VideoDecoder.prototype.decode = function (chunk) {
      decode.call(this, chunk);
      late.abort();
    };
    const seen = [(await given) ?? null, (await other) ?? null];
    VideoDecoder.prototype.decode = decode;
    return [...seen, (await look(file, { type: "video/mp4" }))?.left];
  }, undefined);
  assert.deepEqual(seen, [null, null, "red"]);
});
