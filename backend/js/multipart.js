// A file in parts, which the page sends to the app's store itself: begins an upload, signs each part's
// URL just before it is sent, says what has arrived, and completes or aborts. Keeps nothing.
//
// `authorize` is asked when an upload begins; from then on its owner goes on with it, or, where the app
// names no owners, whoever has its id.

import { areItsParts } from "./composite.js";
import { claimedParts, compared, partSizeFor, partsToSign } from "./parts.js";
import { gone, headers, Refusal, unprepared } from "./refusal.js";
import { completeSize, readObject } from "./request.js";
import { sameFile } from "./same-file.js";
import { checksumHeader, NoSuchUpload, notUnderstood, Storage } from "./storage.js";
import { partBytes, partCount, UploadIds, uuidOfUpload } from "./upload-id.js";

/** In bytes, unless the app grants another. */
const usualPartSize = 16 * 1024 * 1024;

/** @typedef {import("./upload-id.js").Upload} Upload */

export class Multipart {
  #service;
  #settings;
  #storage;
  #ids;
  #owners;
  #onError;
  #bodyTimeout;

  /**
   * @param {import("./service.js").Service} service
   * @param {import("./storage-settings.js").Settings} settings
   * @param {ConstructorParameters<typeof Storage>[1] & { onError: (error: Error) => void, name: string,
   *   owners: import("./owner.js").Owners, bodyTimeout: number | undefined }} options
   */
  constructor(service, settings, options) {
    this.#service = service;
    this.#settings = settings;
    this.#storage = new Storage(settings, options);
    this.#ids = new UploadIds(settings, options.name);
    this.#owners = options.owners;
    this.#onError = options.onError;
    this.#bodyTimeout = options.bodyTimeout;
  }

  /**
   * Begins an upload; or finds that the file of this idempotency key is stored already.
   *
   * @param {import("./index.d.ts").UploadRequest} wish
   * @param {import("./index.d.ts").UploadProperties} properties
   * @param {{ partSize?: number | undefined, findsStored: boolean, owner: string | undefined }} how
   * @returns {Promise<object>} an upload target
   */
  async create(wish, properties, { partSize = usualPartSize, findsStored, owner }) {
    const size = partSizeFor(wish.filesize, partSize);
    if (size === undefined) {
      throw new Refusal(413, "The file is larger than any that can be stored.");
    }
    // Never from the file's name: that is a stranger's text.
    const name = findsStored
      ? await this.#ids.nameOf(sameFile(wish, owner, properties))
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
      owner,
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
      "GET parts": (/** @type {Upload} */ upload) => this.#list(upload),
      "POST parts": (/** @type {Upload} */ upload) => this.#sign(upload, request),
      "POST complete": (/** @type {Upload} */ upload) => this.#complete(upload, request),
      "DELETE ": (/** @type {Upload} */ upload) => this.#abort(upload),
    });
    const key = /** @type {keyof typeof does} */ (`${request.method} ${action}`);
    if (!Object.hasOwn(does, key)) throw new Refusal(405, "This method is not allowed here.");
    const opened = await this.#ids.open(id);
    // One that has expired may still be cleared away.
    if (!opened || (opened.isExpired && request.method !== "DELETE")) throw gone();
    const { upload } = opened;
    if (!(await this.#owners.isAllowed(request, upload.owner))) throw gone();
    return does[key](upload);
  }

  /** @param {Upload} upload @param {Request} request */
  async #sign(upload, request) {
    const body = await readObject(request, { bodyTimeout: this.#bodyTimeout });
    const parts = partsToSign(upload, body).map(async ({ number, checksum }) => ({
      part_number: number,
      url: await this.#storage.partUrl(upload, number, partBytes(upload, number), checksum),
      headers: { [checksumHeader]: checksum },
    }));
    return Response.json({ parts: await Promise.all(parts) }, { headers });
  }

  /** @param {Upload} upload */
  async #list(upload) {
    const stored = await this.#storage.list(upload);
    const parts = stored
      .filter(({ number }) => number >= 1 && number <= partCount(upload))
      .map(({ number, size, etag, checksum }) => ({
        ...{ part_number: number, size, etag },
        ...(checksum && { checksum }),
      }));
    return Response.json({ parts }, { headers });
  }

  /** @param {Upload} upload @param {Request} request */
  async #complete(upload, request) {
    const limits = { most: completeSize, bodyTimeout: this.#bodyTimeout };
    const claimed = claimedParts(upload, await readObject(request, limits));
    const object = await this.#putTogether(upload, claimed);
    return Response.json(await this.#media(upload, object), { headers });
  }

  /** @param {Upload} upload */
  async #abort(upload) {
    await this.#storage.abort(upload).catch((error) => {
      if (!(error instanceof NoSuchUpload)) throw error;
    });
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
      if (!(error instanceof NoSuchUpload)) throw error;
      // An earlier request may have completed it, whose answer was lost. It is asked for the same parts.
      const object = await this.#stored(upload);
      if (object && areItsParts(claimed, object)) return object;
      throw gone();
    }
    // The store's last word: what is there now has the size that was promised.
    const object = await this.#stored(upload);
    if (!object) throw notUnderstood("it has completed an upload, but has no such object");
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
   * @param {import("./storage.js").StoredObject} object
   */
  async #media(upload, object) {
    const url = await this.#storage.readUrl(upload.object);
    const uuid = await uuidOfUpload(upload);
    if (this.#settings.handover === "own") return ownMedia(upload, object, url, uuid);
    const { filename = upload.filename, ...properties } = upload.properties;
    return this.#service.createMedia(url, { ...properties, filename }, uuid);
  }
}

/**
 * The media object of a file that stays in the store: the same for the same upload, whichever instance
 * is asked and how often, but for the signature in its `url`.
 *
 * @param {Upload} upload
 * @param {import("./storage.js").StoredObject} object
 * @param {string} url
 * @param {string} uuid
 */
function ownMedia({ type, properties, filename }, { size, lastModified }, url, uuid) {
  const mime = type.trim() || "application/octet-stream";
  const half = mime.split("/")[0]?.toLowerCase() ?? "";
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
