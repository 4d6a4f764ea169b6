// A file in parts, which the page sends to the app's store itself: begins an upload, signs each part's
// URL just before it is sent, says what has arrived, and completes or aborts. Keeps nothing.
//
// Whoever has an upload id may act on that one upload; `authorize` is asked when it begins.

import { claimedParts, compared, partSizeFor, partsToSign } from "./parts.js";
import { gone, headers, Refusal, unprepared } from "./refusal.js";
import { completeSize, readObject } from "./request.js";
import { checksumHeader, NoSuchUpload, Storage } from "./storage.js";
import { partBytes, partCount, UploadIds, uuidOfUpload } from "./upload-id.js";

/** In bytes, unless the app grants another. */
const usualPartSize = 16 * 1024 * 1024;

/** @typedef {import("./upload-id.js").Upload} Upload */

export class Multipart {
  #service;
  #settings;
  #storage;
  #ids;
  #onError;

  /**
   * @param {import("./service.js").Service} service
   * @param {import("./storage-settings.js").Settings} settings
   * @param {ConstructorParameters<typeof Storage>[1] & { onError: (error: Error) => void }} options
   */
  constructor(service, settings, options) {
    this.#service = service;
    this.#settings = settings;
    this.#storage = new Storage(settings, options);
    this.#ids = new UploadIds(settings);
    this.#onError = options.onError;
  }

  /**
   * Begins an upload; or finds that the file of this idempotency key is stored already.
   *
   * @param {import("./index.d.ts").UploadRequest} wish
   * @param {import("./index.d.ts").UploadProperties} properties
   * @param {{ partSize?: number | undefined, findsStored: boolean }} how
   * @returns {Promise<object>} an upload target
   */
  async create(wish, properties, { partSize = usualPartSize, findsStored }) {
    const size = partSizeFor(wish.filesize, partSize);
    if (size === undefined) {
      throw new Refusal(413, "The file is larger than any that can be stored.");
    }
    // Never from the file's name: that is a stranger's text.
    const name = findsStored
      ? await this.#ids.nameOf(wish, properties)
      : crypto.randomUUID().replaceAll("-", "");
    /** @type {Upload} */
    const upload = {
      object: `${this.#settings.prefix}${name}`,
      uploadId: "",
      size: wish.filesize,
      partSize: size,
      filename: wish.filename,
      type: wish.type,
      properties,
    };
    if (findsStored) {
      const object = await this.#stored(upload);
      if (object) return { media: await this.#media(upload, object) };
    }
    upload.uploadId = await this.#storage.create(upload.object, upload.type);
    const id = await this.#ids.seal(upload);
    if (id === undefined) {
      await this.#storage.abort(upload);
      this.#onError(new Error("the granted properties are too long for an upload id"));
      throw unprepared();
    }
    return { protocol: "multipart", upload_id: id, part_size: size };
  }

  /**
   * Answers a request about an upload that has begun.
   *
   * @param {Request} request
   * @param {string} id
   * @param {string} action what stands behind the id in the path
   */
  async answer(request, id, action) {
    const does = /** @type {const} */ ({
      "GET parts": () => this.#list(id),
      "POST parts": () => this.#sign(id, request),
      "POST complete": () => this.#complete(id, request),
      "DELETE ": () => this.#abort(id),
    });
    const key = /** @type {keyof typeof does} */ (`${request.method} ${action}`);
    if (!Object.hasOwn(does, key)) throw new Refusal(405, "This method is not allowed here.");
    return does[key]();
  }

  /** The upload that an id stands for, as long as it may go on. @param {string} id */
  async #open(id) {
    const opened = await this.#ids.open(id);
    if (!opened || opened.isExpired) throw gone();
    return opened.upload;
  }

  /** @param {string} id @param {Request} request */
  async #sign(id, request) {
    const upload = await this.#open(id);
    const parts = partsToSign(upload, await readObject(request)).map(
      async ({ number, checksum }) => ({
        part_number: number,
        url: await this.#storage.partUrl(upload, number, partBytes(upload, number), checksum),
        headers: { [checksumHeader]: checksum },
      }),
    );
    return Response.json({ parts: await Promise.all(parts) }, { headers });
  }

  /** @param {string} id */
  async #list(id) {
    const upload = await this.#open(id);
    const stored = await this.#storage.list(upload);
    const parts = stored
      .filter(({ number }) => number >= 1 && number <= partCount(upload))
      .map(({ number, size, etag, checksum }) => ({
        ...{ part_number: number, size, etag },
        ...(checksum && { checksum }),
      }));
    return Response.json({ parts }, { headers });
  }

  /** @param {string} id @param {Request} request */
  async #complete(id, request) {
    const upload = await this.#open(id);
    const claimed = claimedParts(upload, await readObject(request, { most: completeSize }));
    const object = await this.#putTogether(upload, claimed);
    return Response.json(await this.#media(upload, object), { headers });
  }

  /** @param {string} id */
  async #abort(id) {
    // One that has expired may still be cleared away.
    const opened = await this.#ids.open(id);
    if (!opened) throw gone();
    await this.#storage.abort(opened.upload).catch(unlessGone);
    return new Response(null, { status: 204, headers });
  }

  /**
   * @param {Upload} upload
   * @param {ReturnType<typeof claimedParts>} claimed
   */
  async #putTogether(upload, claimed) {
    try {
      const parts = compared(upload, claimed, await this.#storage.list(upload));
      await this.#storage.complete(upload, parts);
    } catch (error) {
      // An earlier request may have completed it, whose answer was lost.
      unlessGone(error);
    }
    // The store's last word: what is there now has the size that was promised.
    const object = await this.#stored(upload);
    if (!object) throw gone();
    return object;
  }

  /** The object that came of an upload. @param {Upload} upload */
  async #stored({ object, size }) {
    const found = await this.#storage.head(object);
    return found?.size === size ? found : undefined;
  }

  /**
   * The media object of a file that is stored.
   *
   * @param {Upload} upload
   * @param {{ size: number, lastModified: Date | undefined }} object
   */
  async #media(upload, object) {
    const url = await this.#storage.readUrl(upload.object);
    const uuid = await uuidOfUpload(upload);
    if (this.#settings.handover === "own") return ownMedia(upload, object, url, uuid);
    const { filename = upload.filename, ...properties } = upload.properties;
    return this.#service.createMedia(url, { ...properties, filename }, uuid);
  }
}

/** @param {unknown} error */
function unlessGone(error) {
  if (!(error instanceof NoSuchUpload)) throw error;
}

/**
 * The media object of a file that stays in the store: the same for the same upload, whichever instance
 * is asked and how often, but for the signature in its `url`.
 *
 * @param {Upload} upload
 * @param {{ size: number, lastModified: Date | undefined }} object
 * @param {string} url
 * @param {string} uuid
 */
function ownMedia({ type, properties, filename }, { size, lastModified }, url, uuid) {
  const mime = type || "application/octet-stream";
  const half = mime.split("/")[0] ?? "";
  return {
    id: `med_${uuid}`,
    object: "media",
    kind: ["image", "video", "audio"].includes(half) ? half : "other",
    filename: properties.filename ?? filename,
    filesize: size,
    content_type: mime,
    url,
    metadata: properties.metadata ?? null,
    alias: properties.alias ?? null,
    created_at: lastModified?.toISOString().replace(".000", "") ?? null,
  };
}
