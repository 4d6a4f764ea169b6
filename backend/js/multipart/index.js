// A file in parts, which the page sends to the app's store itself.
//
// Begins an upload, signs each part's URL just before it is sent, says what has arrived, and completes or
// aborts. It keeps nothing: what it must know is in the upload id, which is signed, and in the store. So
// another instance with the same settings can go on.
//
// Whoever has an upload id may act on that one upload; `authorize` is asked when it begins, and not again.

import { gone, Refusal, unprepared } from "../refusal.js";
import { notUnderstood, StorageError } from "../storage/error.js";
import { CHECKSUM_HEADER } from "../storage/sign.js";
import { IdKey, uuidOfUpload } from "../upload-id.js";
import { ownMedia } from "./media.js";
import {
  compareParts,
  hasPart,
  partBytes,
  partSizeFor,
  readClaimedParts,
  readPartsToSign,
} from "./parts.js";

/** @typedef {import("../upload-id.js").Upload} Upload */
/** @typedef {import("../storage/index.js").StoredObject} StoredObject */
/** @typedef {import("../../../pkg-config/entries/server.js").UploadRequest} UploadRequest */
/** @typedef {import("../../../pkg-config/entries/server.js").UploadProperties} UploadProperties */

/** The part size unless the app grants another. Bytes. */
const PART_SIZE = 16 * 2 ** 20;

export class Multipart {
  #storage;
  #service;
  #key;

  /**
   * @param {import("../storage/index.js").Storage} storage
   * @param {import("../service.js").Service} service
   */
  constructor(storage, service) {
    this.#storage = storage;
    this.#service = service;
    this.#key = new IdKey(storage.settings);
  }

  /**
   * Begins an upload; or finds that the file of this idempotency key is stored already.
   *
   * @param {UploadRequest} file
   * @param {UploadProperties} properties
   * @param {{ partSize: number | undefined, byKey: boolean }} options
   */
  async create(file, properties, { partSize: wished = PART_SIZE, byKey }) {
    const partSize = partSizeFor(file.filesize, wished);
    if (partSize === undefined) {
      throw new Refusal(413, "The file is larger than any that can be stored.");
    }
    // Never from the file's name: that is a stranger's text.
    const name = byKey
      ? await this.#key.name(file, properties)
      : crypto.randomUUID().replaceAll("-", "");
    /** @type {Upload} */
    const upload = {
      ...{ o: this.#storage.settings.prefix + name, u: "", s: file.filesize, p: partSize },
      ...{ n: file.filename, t: file.type, g: properties },
    };
    const object = byKey ? await this.#stored(upload) : undefined;
    if (object) return Response.json({ media: await this.#media(upload, object) });
    upload.u = await this.#storage.create(upload.o, upload.t);
    const id = await this.#key.seal(upload);
    if (id === undefined) {
      await this.#storage.abort(s3(upload));
      throw Object.assign(unprepared(), {
        cause: new Error("the properties of the upload are too long for an upload id"),
      });
    }
    return Response.json({ protocol: "multipart", upload_id: id, part_size: partSize });
  }

  /**
   * @param {string} id
   * @param {Request} request
   */
  async sign(id, request) {
    const upload = await this.#open(id);
    const parts = await readPartsToSign(upload, request);
    const signed = parts.map(async ({ number, checksum }) => {
      const size = partBytes(upload, number);
      const url = await this.#storage.signer.partUrl(s3(upload), number, size, checksum);
      return { part_number: number, url, headers: { [CHECKSUM_HEADER]: checksum } };
    });
    return Response.json({ parts: await Promise.all(signed) });
  }

  /** @param {string} id */
  async list(id) {
    const upload = await this.#open(id);
    const parts = await this.#storage.list(s3(upload));
    const listed = parts
      .filter(({ number }) => hasPart(upload, number))
      .map(({ number, size, etag, checksum }) => ({
        ...{ part_number: number, size, etag },
        ...(checksum && { checksum }),
      }));
    return Response.json({ parts: listed });
  }

  /**
   * From parts to one object, and to a media object. What the page says is held against what the store
   * has, part by part, before anything is put together.
   *
   * @param {string} id
   * @param {Request} request
   */
  async complete(id, request) {
    const upload = await this.#open(id);
    const claimed = await readClaimedParts(upload, request);
    const object = (await this.#putTogether(upload, claimed)) ?? (await this.#stored(upload));
    if (!object) throw gone();
    return Response.json(await this.#media(upload, object));
  }

  /** @param {string} id */
  async abort(id) {
    // One that has expired may still be cleared away.
    const opened = await this.#key.open(id);
    if (!opened) throw gone();
    await this.#storage.abort(s3(opened.upload)).catch(unlessGone);
    return new Response(null, { status: 204 });
  }

  /**
   * The upload that an id stands for, as long as it may go on.
   *
   * @param {string} id
   */
  async #open(id) {
    const opened = await this.#key.open(id);
    if (!opened || opened.expired) throw gone();
    return opened.upload;
  }

  /**
   * The object, or `undefined` where the store knows no such upload: an earlier request may have
   * completed it, whose answer was lost.
   *
   * @param {Upload} upload
   * @param {Awaited<ReturnType<typeof readClaimedParts>>} claimed
   */
  async #putTogether(upload, claimed) {
    const stored = await this.#storage.list(s3(upload)).catch(unlessGone);
    if (!stored) return undefined;
    const parts = compareParts(upload, claimed, stored);
    const completed = await this.#storage.complete(s3(upload), parts).then(() => true, unlessGone);
    if (!completed) return undefined;
    // The store's last word: what is there now has the size that was promised.
    const object = await this.#stored(upload);
    if (!object) throw notUnderstood("there is no such object");
    return object;
  }

  /**
   * The object that came of an upload.
   *
   * @param {Upload} upload
   */
  async #stored(upload) {
    const object = await this.#storage.head(upload.o);
    return object?.size === upload.s ? object : undefined;
  }

  /**
   * The media object of a file that is stored.
   *
   * @param {Upload} upload
   * @param {StoredObject} object
   */
  async #media(upload, object) {
    const url = await this.#storage.signer.readUrl(upload.o);
    if (this.#storage.settings.handover === "own") return ownMedia(upload, object, url);
    // An id of the Rust routes may say it.
    const { resumable: _, ...granted } = /** @type {{ resumable?: unknown } & UploadProperties} */ (
      upload.g
    );
    const properties = { ...granted, filename: granted.filename ?? upload.n };
    return this.#service.createMedia(url, properties, await uuidOfUpload(upload));
  }
}

/** @param {Upload} upload */
const s3 = ({ o: object, u: uploadId }) => ({ object, uploadId });

/**
 * @param {unknown} error
 * @returns {undefined}
 */
function unlessGone(error) {
  if (error instanceof StorageError && error.kind === "no-such-upload") return undefined;
  throw error;
}
