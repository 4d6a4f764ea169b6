// Uploads in parts, which the page sends directly to the app's store. Begins an upload, signs the URL
// of each part just before it is sent, lists the parts that have arrived, and completes or aborts the
// upload. Stores nothing.
//
// `authorize` is called when an upload begins. From then on its owner can continue it, or anyone who
// has its id if the app doesn't identify users.

import { unverified, verifiedBy } from "./checksums.js";
import { areItsParts } from "./composite.js";
import { claimedParts, compared, partSizeFor, partsToSign } from "./parts.js";
import { gone, headers, Refusal, unprepared } from "./refusal.js";
import { completeSize, fileRequestTooLarge, readObject } from "./request.js";
import { sameFile } from "./same-file.js";
import { NoSuchUpload, notUnderstood, Storage } from "./storage.js";
import { partBytes, partCount, UploadIds, uuidOfUpload } from "./upload-id.js";

/** In bytes. */
const defaultPartSize = 16 * 1024 * 1024;

/** @typedef {import("./upload-id.js").Upload} Upload */

export class Multipart {
  #service;
  #settings;
  #storage;
  #ids;
  #owners;
  #onError;
  #bodyTimeout;
  #hasSaidUnverified = false;

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
   * Begins an upload, or returns the media object if the file of this idempotency key is stored already.
   *
   * @param {import("./index.d.ts").UploadRequest} file
   * @param {import("./index.d.ts").UploadProperties} properties
   * @param {{ partSize?: number | undefined, findsStored: boolean, owner: string | undefined,
   *   byApp: import("./index.d.ts").UploadProperties }} how `byApp` is what the app grants, without the
   *   page's properties
   * @returns {Promise<object>} an upload target
   */
  async create(file, properties, { partSize = defaultPartSize, findsStored, owner, byApp }) {
    const size = partSizeFor(file.filesize, partSize);
    if (size === undefined) {
      throw new Refusal(413, "The file is larger than any that can be stored.");
    }
    // Never uses the file's name, which is untrusted text.
    const name = findsStored
      ? await this.#ids.nameOf(sameFile(file, owner, properties))
      : crypto.randomUUID().replaceAll("-", "");
    /** @type {Upload} */
    const upload = {
      object: `${this.#settings.prefix}${name}`,
      uploadId: "",
      size: file.filesize,
      partSize: size,
      filename: file.filename,
      type: file.type,
      properties,
      owner,
      checksums: this.#settings.checksums,
    };
    if (findsStored) {
      const object = await this.#stored(upload);
      if (object) return { media: await this.#media(upload, object) };
    }
    upload.uploadId = await this.#storage.create(upload.object, upload.type);
    const id = await this.#ids.seal(upload);
    if (id === undefined) {
      await this.#storage.abort(upload);
      throw await this.#tooLargeForId(upload, byApp);
    }
    const { checksums } = upload;
    return {
      ...{ protocol: "multipart", upload_id: id, part_size: size },
      ...(checksums !== "crc32c" && { checksums }),
    };
  }

  /**
   * Returns the refusal of an upload that doesn't fit into an id. Depends on whether the page or the
   * app has set too much.
   *
   * @param {Upload} upload
   * @param {import("./index.d.ts").UploadProperties} byApp
   */
  async #tooLargeForId(upload, byApp) {
    const withoutPage = { ...upload, filename: "", type: "", properties: byApp };
    if (await this.#ids.seal(withoutPage)) return new Refusal(413, fileRequestTooLarge);
    this.#onError(new Error("the granted properties must fit into an upload id"));
    return unprepared();
  }

  /**
   * Answers a request about an upload.
   *
   * @param {Request} request
   * @param {string} id
   * @param {string} action what follows the id in the path
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
    // An expired upload can still be aborted.
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
      ...(await this.#storage.part(upload, number, partBytes(upload, number), checksum)),
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
        ...(checksum && upload.checksums === "crc32c" && { checksum }),
      }));
    const { checksums } = upload;
    return Response.json({ parts, ...(checksums !== "crc32c" && { checksums }) }, { headers });
  }

  /** @param {Upload} upload @param {Request} request */
  async #complete(upload, request) {
    const limits = { most: completeSize, bodyTimeout: this.#bodyTimeout };
    const claimed = claimedParts(upload, await readObject(request, limits));
    const object = await this.#combine(upload, claimed);
    return Response.json(await this.#media(upload, object), { headers });
  }

  /** @param {Upload} upload */
  async #abort(upload) {
    await this.#storage.abort(upload).catch(undefinedIfGone);
    return new Response(null, { status: 204, headers });
  }

  /**
   * @param {Upload} upload
   * @param {ReturnType<typeof claimedParts>} claimed
   */
  async #combine(upload, claimed) {
    const listed = await this.#storage.list(upload).catch(undefinedIfGone);
    if (!listed) {
      // An earlier request whose answer was lost may have completed the upload.
      const object = await this.#stored(upload);
      if (object && areItsParts(claimed, object)) return object;
      throw gone();
    }
    const parts = compared(upload, claimed, listed);
    const isFirst = await this.#storage.complete(upload, parts).then(() => true, undefinedIfGone);
    // Checks that the stored object has the promised size.
    const object = await this.#stored(upload);
    if (object) {
      await this.#verify(upload, claimed, object);
      return object;
    }
    // If another request has completed it, the upload may have been aborted.
    throw isFirst ? notUnderstood("it has completed an upload, but has no such object") : gone();
  }

  /**
   * Removes an object and throws if it was not made of the sent parts, although the store has confirmed
   * each part. Warns the app once if the store verifies nothing.
   *
   * @param {Upload} upload
   * @param {ReturnType<typeof claimedParts>} claimed
   * @param {import("./storage.js").StoredObject} object
   */
  async #verify({ checksums, object: name }, claimed, object) {
    const isComposite = checksums === "crc32c" && object.checksum?.includes("-");
    const isSummed = isComposite && claimed.every((part) => part.checksum);
    if (isSummed && !areItsParts(claimed, object)) {
      await this.#storage.remove(name).catch(this.#onError);
      throw new Refusal(409, "The file was changed on the way: its checksum differs.");
    }
    if (checksums === "none" || verifiedBy(checksums, object) || this.#hasSaidUnverified) return;
    this.#hasSaidUnverified = true;
    this.#onError(new Error(unverified(checksums)));
  }

  /** Returns the object of a completed upload. @param {Upload} upload */
  async #stored({ object, size }) {
    const found = await this.#storage.head(object);
    return found?.size === size ? found : undefined;
  }

  /**
   * Returns the media object of a stored file.
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

/** @param {unknown} error @returns {undefined} */
function undefinedIfGone(error) {
  if (!(error instanceof NoSuchUpload)) throw error;
}

/**
 * Creates the media object of a file that stays in the store. It is the same for every request and on
 * every instance, except for the signature in its `url`.
 *
 * @param {Upload} upload
 * @param {import("./storage.js").StoredObject} object
 * @param {string} url
 * @param {string} uuid
 */
function ownMedia({ type, properties, filename, checksums }, object, url, uuid) {
  const mime = type || "application/octet-stream";
  const half = mime.split("/")[0] ?? "";
  return {
    id: `med_${uuid}`,
    object: "media",
    kind: ["image", "video", "audio"].includes(half) ? half : "other",
    filename: properties.filename ?? filename,
    filesize: object.size,
    content_type: mime,
    url,
    metadata: properties.metadata ?? null,
    alias: properties.alias ?? null,
    verified: verifiedBy(checksums, object),
    created_at: object.lastModified?.toISOString().replace(".000", "") ?? null,
  };
}
