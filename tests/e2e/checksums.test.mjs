// A page sums each part up as its backend says, in a real browser: a store that knows the sum refuses a part
// that has changed on its way, and gets it again.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { MB, pieceSize, setUpLargeFiles } from "./large.mjs";

for (const checksums of /** @type {const} */ (["crc32c", "md5", "none"])) {
  describe(`parts are verified by ${checksums}`, () => {
    const large = setUpLargeFiles({ S3_CHECKSUMS: checksums });
    before(() => {
      // The last part has no whole block of any checksum.
      large.film = large.file("film.mp4", 2 * pieceSize + 3 * MB + 17);
    });

    test("every byte arrives, also what changed on its way", async () => {
      const isSummed = checksums !== "none";
      await large.plan("multipart", isSummed ? [{ kind: "corrupt", byte: 1_000_000, at: 2 }] : []);
      const page = await large.open({ protocol: "multipart" });
      await page.start(large.film.path);
      const told = await page.ends();
      await page.close();
      const media = await large.isStored(told);
      assert.equal(media.verified, isSummed && checksums);
      const { pieces } = await large.seen("multipart");
      assert.equal(pieces.length, isSummed ? 4 : 3);
    });
  });
}
