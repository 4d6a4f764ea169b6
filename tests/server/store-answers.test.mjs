// Tests how both backends read the XML of stores, over HTTP, with a store that answers with each document.

import assert from "node:assert/strict";

import { everywhere } from "./backends.mjs";
import { posted, question, refused } from "./support.mjs";

/** @typedef {import("./support.mjs").Script} Script */

const authorize = /** @type {const} */ ({ grant: { protocol: "multipart" } });
const senseless = "The file store gave an invalid answer.";
const md5 = "0cc175b9c0f1b6a831c399e269772661";

const created =
  "<InitiateMultipartUploadResult><UploadId>of-the-store</UploadId></InitiateMultipartUploadResult>";

/** @type {[title: string, xml: string, uploadId: string | undefined][]} */
const creations = [
  ["as Amazon does", created, "of-the-store"],
  ["with a declaration", `<?xml version="1.0" encoding="UTF-8"?>\n${created}`, "of-the-store"],
  ["after a byte order mark", `\ufeff${created}`, "of-the-store"],
  ["in a namespace", created.replace(">", ' xmlns="urn:s3">'), "of-the-store"],
  [
    "with a prefix",
    '<s3:R xmlns:s3="urn:s3"><s3:UploadId>of-the-store</s3:UploadId></s3:R>',
    "of-the-store",
  ],
  ["as CDATA", "<R><UploadId><![CDATA[a&b]]></UploadId></R>", "a&b"],
  ["with entities", "<R><UploadId>a&amp;&#98;</UploadId></R>", "a&b"],
  ["with spaces around", `\n ${created} \n`, "of-the-store"],
  ["as an error with an id", "<Error><Code>No</Code><UploadId>x</UploadId></Error>", undefined],
  ["without an id", "<InitiateMultipartUploadResult/>", undefined],
  ["with an empty id", "<R><UploadId/></R>", undefined],
  ["cut off", created.slice(0, -4), undefined],
];
for (const [title, xml, uploadId] of creations) {
  /** @type {Script} */
  const store = ({ method }) => ({
    body: method === "POST" ? xml : "<ListPartsResult></ListPartsResult>",
  });
  everywhere(
    `W13.1 a store begins an upload ${title}`,
    { config: { authorize }, store },
    async (place) => {
      const answer = await place.ask("", question({ filesize: 5 }));
      if (uploadId === undefined) return assert.equal(await refused(answer, 502), senseless);
      const { upload_id } = await answer.json();
      await place.ask(`/${upload_id}/parts`);
      const asked = new URL(place.stored.at(-1)?.path ?? "", "http://store");
      assert.equal(asked.searchParams.get("uploadId"), uploadId);
    },
  );
}

/** @param {string} [etag] */
const part = (etag = "&quot;e&quot;") =>
  `<Part><PartNumber>1</PartNumber><ETag>${etag}</ETag><Size>5</Size></Part>`;

const one = [{ part_number: 1, size: 5, etag: '"e"' }];

/** @type {[title: string, xml: string, parts: object[] | undefined][]} */
const lists = [
  ["as Amazon does", `<ListPartsResult>${part()}</ListPartsResult>`, one],
  ["as moto does", `<ListPartsResponse>${part()}</ListPartsResponse>`, one],
  [
    "with a declaration, a namespace and comments",
    `<?xml version="1.0"?><!-- a --><ListPartsResult xmlns="urn:s3"><!-- b -->${part()}</ListPartsResult>`,
    one,
  ],
  [
    "with a prefix",
    `<a:ListPartsResult xmlns:a="urn:s3">${part().replaceAll(/<(\/?)/g, "<$1a:")}</a:ListPartsResult>`,
    one,
  ],
  ["after a byte order mark", `\ufeff<ListPartsResult>${part()}</ListPartsResult>`, one],
  ["with CDATA", `<ListPartsResult>${part('<![CDATA["e"]]>')}</ListPartsResult>`, one],
  [
    "with unknown elements",
    `<ListPartsResult><New><Part/></New>${part().replace("</Part>", "<More><Size>7</Size></More></Part>")}</ListPartsResult>`,
    one,
  ],
  ["with an empty IsTruncated", `<ListPartsResult><IsTruncated/>${part()}</ListPartsResult>`, one],
  [
    "with an empty marker",
    `<ListPartsResult><IsTruncated>false</IsTruncated><NextPartNumberMarker/>${part()}</ListPartsResult>`,
    one,
  ],
  ["without parts", "<ListPartsResult/>", []],
  [
    "with a checksum",
    `<ListPartsResult>${part().replace("</Part>", "<ChecksumCRC32C>AAAAAA==</ChecksumCRC32C></Part>")}</ListPartsResult>`,
    [{ ...one[0], checksum: "AAAAAA==" }],
  ],
  ["as a web page", "<html><body><p>Hello</p></body></html>", undefined],
  ["as an error", "<Error><Code>InternalError</Code></Error>", undefined],
  [
    "with a part without a size",
    `<ListPartsResult>${part().replace(/<Size>.*Size>/, "")}</ListPartsResult>`,
    undefined,
  ],
  [
    "with a part without an ETag",
    `<ListPartsResult>${part().replace(/<ETag>.*ETag>/, "")}</ListPartsResult>`,
    undefined,
  ],
  [
    "with a fractional size",
    `<ListPartsResult>${part().replace("5", "5.5")}</ListPartsResult>`,
    undefined,
  ],
  [
    "with a hexadecimal size",
    `<ListPartsResult>${part().replace("5", "0x5")}</ListPartsResult>`,
    undefined,
  ],
  [
    "with a negative size",
    `<ListPartsResult>${part().replace("5", "-5")}</ListPartsResult>`,
    undefined,
  ],
  [
    "with an empty size",
    `<ListPartsResult>${part().replace("5", "")}</ListPartsResult>`,
    undefined,
  ],
  [
    "whose marker doesn't advance",
    `<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>0</NextPartNumberMarker>${part()}</ListPartsResult>`,
    undefined,
  ],
  [
    "that is truncated without a marker",
    `<ListPartsResult><IsTruncated>true</IsTruncated>${part()}</ListPartsResult>`,
    undefined,
  ],
];
for (const [title, xml, parts] of lists) {
  /** @type {Script} */
  const store = ({ method }) => ({ body: method === "POST" ? created : xml });
  everywhere(
    `W13.1, W10.5 a store lists parts ${title}`,
    { config: { authorize }, store },
    async ({ ask }) => {
      const { upload_id } = await (await ask("", question({ filesize: 5 }))).json();
      const answer = await ask(`/${upload_id}/parts`);
      if (!parts) return assert.equal(await refused(answer, 502), senseless);
      assert.deepEqual((await answer.json()).parts, parts);
    },
  );
}

/** @type {[title: string, listed: string, claimed: string, areSame: boolean][]} */
const etags = [
  ["that are equal", `"${md5}"`, `"${md5}"`, true],
  ["without quotes in the store's list", md5, `"${md5}"`, true],
  ["without quotes in the page's list", `"${md5}"`, md5, true],
  ["that a proxy has made weak", `"${md5}"`, `W/"${md5}"`, true],
  ["that are weak in the store's list", `W/"${md5}"`, `"${md5}"`, true],
  ["in upper case", `"${md5.toUpperCase()}"`, `"${md5}"`, true],
  ["of several parts, in upper case", `"${md5.toUpperCase()}-2"`, `"${md5}-2"`, true],
  ["that differ", `"${md5}"`, `"${md5.replace("0", "1")}"`, false],
  ["that are not hex and differ in case", '"xyz"', '"XYZ"', false],
  ["with a common beginning", '"xyz"', '"xyz-gzip"', false],
];
for (const [title, listed, claimed, areSame] of etags) {
  const quoted = listed.replaceAll('"', "&quot;");
  /** @type {Script} */
  const store = ({ method, path = "" }) => {
    if (method === "HEAD") return { headers: { "content-length": "5" } };
    if (method === "GET") return { body: `<ListPartsResult>${part(quoted)}</ListPartsResult>` };
    return { body: path.includes("uploads=") ? created : "<CompleteMultipartUploadResult/>" };
  };
  const config = { authorize, storage: { handover: /** @type {const} */ ("own") } };
  everywhere(`W11.2 compares ETags ${title}`, { config, store }, async ({ ask, stored }) => {
    const { upload_id } = await (await ask("", question({ filesize: 5 }))).json();
    const parts = [{ part_number: 1, etag: claimed }];
    const answer = await ask(`/${upload_id}/complete`, posted({ parts }));
    if (!areSame) return assert.match(await refused(answer, 409), /its ETag differs/);
    assert.equal(answer.status, 200, await answer.text());
    // The store gets the ETag exactly as it wrote it.
    const completion = stored.find(
      ({ method, path }) => method === "POST" && !path?.includes("uploads="),
    );
    assert(
      completion?.body.replaceAll("&quot;", '"').includes(`<ETag>${listed}</ETag>`),
      completion?.body,
    );
  });
}
