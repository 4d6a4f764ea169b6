// Tests each kind of checksum in a real browser. A store that supports it refuses a part that was changed, and the
// page sends the part again.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import { MB, pieceSize, setUpLargeFiles } from "./large.mjs";

for (const checksums of /** @type {const} */ (["crc32c", "md5", "none"])) {
  describe(`parts are verified by ${checksums}`, () => {
    const large = setUpLargeFiles({ S3_CHECKSUMS: checksums });
    before(() => {
      // The last part doesn't end with a whole block of any checksum.
      large.film = large.file("film.mp4", 2 * pieceSize + 3 * MB + 17);
    });

    test("every byte arrives, even if a part was changed", async () => {
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
