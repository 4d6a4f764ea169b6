// What the widget's Rust asks of the platform: frames, a form's value, words in their places, the
// uploader. It decides nothing, and knows the package as any page does: by its public API.

import { warn } from "../../browser/js/console.js";
import { native } from "../../browser/js/native.js";
import { toJson } from "../../browser/js/objects.js";
import row from "../row.html";
import unfinished from "../unfinished.html";
import view from "../view.html";
import { Sentences } from "./sentences.js";

/**
 * @typedef {import("../../package/index.d.ts").Uploader} Uploader
 * @typedef {import("../../package/index.d.ts").UploadFile} UploadFile
 * @typedef {import("../../package/index.d.ts").UploaderOptions} Options
 * @typedef {import("../../package/index.d.ts").Recoverable} Recoverable
 * @typedef {Pick<UploadFile, "id" | "name" | "size" | "type" | "state" | "media">} Listed
 */

/** The events of an uploader, in which all that happens is told. */
export const events = [
  "file-added",
  "file-removed",
  "restriction-failed",
  "upload-start",
  "upload-progress",
  "upload-success",
  "upload-error",
  "upload-retry",
  "upload-stalled",
  "upload-pause",
  "upload-resume",
  "upload-cancel",
  "complete",
  "load-error",
];

/** Those whose default a page can prevent. */
const preventable = /^(restriction-failed|upload-start)$/;

/** In ms: how long a row is seen before its picture is made. */
const glance = 100;

/** In ms: a view that breaks down again so soon is not made once more. */
const recovery = 1000;

/**
 * @typedef {object} Means what a shell is made of
 * @property {any} host the element
 * @property {ElementInternals} internals
 * @property {ShadowRoot} root
 * @property {import("./element.js").Own} own
 * @property {(root: ShadowRoot) => void} dress gives it the widget's style
 * @property {import("../../package/core.js").Core} core
 * @property {new (options: Options) => Uploader} Uploader
 * @property {() => Promise<import("./words.js").Words>} words in the language of the page
 * @property {(file: UploadFile) => Promise<HTMLCanvasElement | undefined>} picture of a file, for its row
 */

/**
 * Makes what HTML says, as the build has read it. Not by `innerHTML`, which pages with trusted types
 * refuse.
 *
 * @param {import("*.html").Tree} tree
 * @returns {Element}
 */
function build([name, attributes, ...children]) {
  const kind = /^(svg|path)$/.test(name) ? "2000/svg" : "1999/xhtml";
  const element = native(document, "createElementNS")(`http://www.w3.org/${kind}`, name);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map(build));
  return element;
}

export class Shell {
  /** The view, in the wasm; there while the element is in a page. @type {any} */
  #view;
  #means;
  #sentences = new Sentences();
  /** @type {Promise<import("./words.js").Words> | undefined} */
  #asked;
  /** @type {Uploader | undefined} */
  uploader;
  /** How many times files are just being added, which may take a while. */
  adding = 0;
  /** What a form has restored: it is stored, but its bytes are not here. @type {Map<string, Listed>} */
  #restored = new Map();
  #lastRestored = 0;
  /** By which the view finds a file. @type {WeakMap<object, number>} */
  #numbers = new WeakMap();
  #lastNumber = 0;
  /** @type {any} */
  #options = { restrictions: {} };
  /** Those of the present uploader. @type {any} */
  #used;
  #isScheduled = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #refreshing;
  #frame = 0;
  #brokeAt = -Infinity;
  /** @type {HTMLFormElement | null} */
  #form = null;
  /** For which of what is unfinished a file is picked. @type {Recoverable | undefined} */
  #left;
  /** By which a form that is held was sent. @type {HTMLElement | null} */
  #submitter = null;
  // The DOMs that apps run their tests in lack it, and some properties of an element's internals.
  #observer = globalThis.ResizeObserver && new ResizeObserver(() => this.#view?.on("resize"));

  /** @param {Means} means */
  constructor(means) {
    this.#means = means;
    for (const name of ["click", "keydown", "change", "scroll"]) {
      means.root.addEventListener(name, this, true);
    }
    this.#describe((internals) => {
      internals.role = "group";
    });
  }

  /** The element is in a page. */
  connect() {
    const { host, root, dress, core, internals } = this.#means;
    if (this.#view || !host.isConnected) return;
    const hadFocus = root.activeElement;
    root.replaceChildren(...view.map(build));
    dress(root);
    this.#view = core.createView(host, root, this, Boolean(this.uploader));
    this.#observer?.observe(host);
    core.pages.add(this);
    this.setForm(internals.form ?? null);
    this.#look();
    this.#name();
    if (hadFocus) host.focus();
  }

  /** Must be called when the element has moved to another document, which has its own sheets, language and frames. */
  adopted() {
    const { root, dress } = this.#means;
    dress(root);
    this.speak();
    // The window that the element was in may draw no frame any more.
    this.#frame = 0;
    this.schedule();
  }

  /** It has been taken out; its uploads go on. */
  disconnect() {
    this.#observer?.disconnect();
    this.#means.core.pages.delete(this);
    this.setForm(null);
    removeEventListener("beforeunload", this);
    this.#view?.free();
    this.#view = undefined;
  }

  /** The wasm has broken down. The uploader's files are still there for another view. */
  crashed() {
    this.#view = undefined;
    this.disconnect();
    const now = performance.now();
    const isHopeless = now - this.#brokeAt < recovery;
    this.#brokeAt = now;
    if (!isHopeless) this.#means.core.ready().then(() => this.connect(), reportError);
  }

  /** Speaks the language of the page, as it is now. */
  async speak() {
    const asked = this.#means.words();
    this.#asked = asked;
    const words = await asked;
    // Another language was asked for meanwhile.
    if (asked !== this.#asked) return;
    this.#sentences.words = words;
    this.#name();
    this.changed();
  }

  changed() {
    this.#view?.on("changed");
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "beforeunload") event.preventDefault();
    else if (event.type === "change") this.#picked();
    else this.#view?.on(event.type, event);
  }

  /** @param {HTMLFormElement | null} form */
  setForm(form) {
    if (this.#form) native(this.#form, "removeEventListener")("submit", this, true);
    this.#form = form;
    if (form) native(form, "addEventListener")("submit", this, true);
  }

  /** The element is called what its label says. */
  #name() {
    const { internals, host } = this.#means;
    const labels = [...(internals.labels ?? [])].map(({ textContent }) => textContent?.trim());
    const ariaLabel =
      labels.join(" ") || host.getAttribute("aria-label") || this.#sentences.say("list");
    this.#describe((internals) => {
      internals.ariaLabel = ariaLabel;
    });
  }

  /** To assistive technology. @param {(internals: ElementInternals) => void} describe */
  #describe(describe) {
    try {
      describe(this.#means.internals);
    } catch {
      // jsdom has the properties, and throws.
    }
  }

  /**
   * A row of the list, as the page has it or as we do, or a line of what is unfinished.
   *
   * @param {"row" | "unfinished"} name
   */
  make(name) {
    const own = this.#means.host.querySelector(`:scope>template[slot=${name}]`);
    const [tree] = name === "row" ? row : unfinished;
    return own?.content.firstElementChild?.cloneNode(true) ?? build(tree);
  }

  /**
   * An option of the next uploader, or of its restrictions.
   *
   * @param {string} name
   * @param {unknown} value
   */
  setOption(name, value) {
    const { restrictions } = this.#options;
    (/^(max|min|all)/.test(name) ? restrictions : this.#options)[name] = value;
  }

  /** An uploader with what the attributes say, and the properties that are no attributes. */
  open() {
    const { host, own } = this.#means;
    const restrictions = {
      ...this.#options.restrictions,
      // A new one takes the place of the other.
      ...(!host.multiple && { maxNumberOfFiles: undefined }),
    };
    this.#sentences.limits = restrictions;
    this.#use({ ...this.#options, debug: host.debug, restrictions, ...own.options });
    this.#options = { restrictions: {} };
  }

  /** @param {any} options */
  #use(options) {
    this.#used = options;
    this.uploader?.destroy();
    const uploader = new this.#means.Uploader(options);
    this.uploader = uploader;
    for (const name of events) {
      uploader.addEventListener(name, (event) => this.#tell(/** @type {CustomEvent} */ (event)));
    }
    if (this.#view) this.#look();
  }

  /** @param {CustomEvent} event */
  #tell({ type, detail }) {
    const { file, path, error } = detail;
    const sentences = this.#sentences;
    const cancelable = preventable.test(type);
    const event = new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable });
    const { host } = this.#means;
    if (type === "restriction-failed") {
      const subject = file ?? { name: path };
      if (host.dispatchEvent(event)) sentences.refused.push(() => sentences.error(subject, error));
      this.#view?.on("resize");
      return;
    }
    // The wasm broke down, and can't be started again.
    if (type === "load-error") {
      host.dispatchEvent(event);
      return;
    }
    if (error) sentences.errors.set(file, error);
    // Until it moves again.
    else if (type !== "upload-progress" || detail.progress.phase === "uploading") {
      sentences.errors.delete(file);
    }
    // Before the page, which may do something that is told in turn: that comes after this.
    this.#view?.on(type, file);
    const isDone = host.dispatchEvent(event);
    if (type === "file-added" && !host.multiple) {
      for (const { id } of this.files) if (id !== file.id) this.remove(id);
    }
    // The run may have stored a file that an earlier visit had left unfinished.
    if (/resume|complete/.test(type)) this.#look();
    if (!isDone) this.uploader?.pause(file.id);
  }

  /**
   * Adds files, in the place of what is there where only one is taken.
   *
   * @param {any} files
   */
  add(files) {
    const sentences = this.#sentences;
    sentences.refused = [];
    this.#view?.on("adds");
    const isOne = !this.#means.host.multiple && files?.length > 1;
    if (isOne) sentences.refused.push(() => sentences.limit("refused-maxNumberOfFiles", 1));
    this.adding += 1;
    return /** @type {Uploader} */ (this.uploader).add(isOne ? [files[0]] : files).finally(() => {
      this.adding -= 1;
      this.#view?.on("adds");
    });
  }

  /**
   * A method of the uploader, or one that is for more than it knows.
   *
   * @param {string} name `pause-all` and its like are for all files
   * @param {any[]} args
   */
  perform(name, ...args) {
    const [method = ""] = name.split("-");
    const target = /** @type {any} */ (method in this ? this : this.uploader);
    const result = target[method](...args);
    // Of all that these change, not everything is told.
    if (/cancel|destroy|retry/.test(method)) this.#refresh();
    return result;
  }

  #refresh() {
    clearTimeout(this.#refreshing);
    this.#refreshing = setTimeout(() => this.#view?.on("refresh"));
  }

  /** @param {string} id */
  remove(id) {
    const file = this.#restored.get(id);
    this.#restored.delete(id);
    if (file) this.#view?.on("file-removed", file);
    else this.uploader?.remove(id);
  }

  clear() {
    for (const { id } of this.files) this.remove(id);
  }

  /** For sign-out. */
  async forgetAll() {
    this.clear();
    await /** @type {Uploader} */ (this.uploader).forgetAll();
    this.#look();
  }

  /** What is here is somebody else's from now on: they can go on with it. */
  disown() {
    this.#restored.clear();
    if (this.uploader) this.#use({ ...this.#used, owner: this.#means.host.owner });
    this.#view?.on("refresh");
    this.changed();
  }

  get files() {
    return [...this.#restored.values(), ...(this.uploader?.files ?? [])];
  }

  /** @param {object} file */
  enroll(file) {
    this.#lastNumber += 1;
    this.#numbers.set(file, this.#lastNumber);
    return this.#lastNumber;
  }

  /** @param {object} file */
  numberOf(file) {
    return this.#numbers.get(file) ?? 0;
  }

  get media() {
    return this.files.flatMap(({ media }) => media ?? []);
  }

  /** Draws in the next frame, and looks after the form when this task is over. */
  schedule() {
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      queueMicrotask(() => {
        this.#isScheduled = false;
        this.#view?.on("sync");
      });
    }
    // A hidden window draws no frames, and the script's own window may be hidden behind a pop-up.
    const view = native(this.#means.host.ownerDocument, "defaultView") ?? window;
    this.#frame ||= view.requestAnimationFrame(() => {
      this.#frame = 0;
      this.#view?.on("draw");
    });
  }

  /**
   * @param {string} name
   * @param {boolean} isOn
   */
  setState(name, isOn) {
    this.#means.own.setState(name, isOn);
    // Something would be lost. Only then: a page that listens for this is not kept by the browser.
    const { host } = this.#means;
    const isUnderWay = host.matches("[uploading],[paused]");
    if (isUnderWay) addEventListener("beforeunload", this);
    else removeEventListener("beforeunload", this);
  }

  /**
   * What a form sends, and what it keeps for when the person comes back.
   *
   * @param {Listed[]} files those that are stored
   */
  setValue(files) {
    const data = new FormData();
    const { host, internals } = this.#means;
    const { name, valueType } = host;
    for (const { media } of files) {
      data.append(name, valueType === "media" ? toJson(media) : `${media?.id}`);
    }
    const kept = files.map(({ name, size, type, media }) => ({ name, size, type, media }));
    internals.setFormValue?.(name && files.length > 0 ? data : null, toJson(kept));
  }

  /** @param {string} kept */
  restore(kept) {
    for (const file of JSON.parse(kept)) {
      const id = `restored-${this.#lastRestored}`;
      this.#lastRestored += 1;
      const restored = { ...file, id, state: "done" };
      this.#restored.set(id, restored);
      this.#view?.on("file-added", restored);
    }
  }

  /**
   * @param {string} flag
   * @param {string} key
   * @param {number} count
   */
  setValidity(flag, key, count) {
    const { own, internals, root } = this.#means;
    const message = own.validity || this.#sentences.say(key, undefined, count);
    const flags = {
      [flag]: flag !== "",
      customError: own.validity !== "" || flag === "customError",
    };
    const anchor = /** @type {HTMLElement | null} */ (root.querySelector("[data-field=choose]"));
    internals.setValidity?.(flags, message || undefined, anchor ?? undefined);
  }

  /**
   * Keeps a form from being sent before its files are: the page's own listeners do not hear of it.
   *
   * @param {SubmitEvent} event
   */
  hold(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#submitter = event.submitter;
  }

  release() {
    if (this.#form) native(this.#form, "requestSubmit")(this.#submitter);
  }

  /** Looks for what earlier visits have left. */
  #look() {
    this.uploader?.recover().then(
      (left) => this.#view?.on("left", left),
      // Without an endpoint there is none.
      () => {},
    );
  }

  /**
   * Opens the platform's picker: as usual, for a `folder`, for the `camera`, or for the file that an
   * earlier visit has left.
   *
   * @param {string} how
   * @param {Recoverable} [left]
   */
  pick(how, left) {
    const { host } = this.#means;
    const input = this.#input;
    this.#left = left;
    input.accept = host.accept;
    input.multiple = host.multiple && !left;
    input.webkitdirectory = how === "folder";
    input.toggleAttribute("capture", how === "camera");
    if (how === "camera") input.setAttribute("capture", host.capture);
    input.click();
  }

  /** Files were picked. */
  #picked() {
    const files = [...(this.#input.files ?? [])];
    const left = this.#left;
    const [file] = files;
    // The same one can be chosen again.
    this.#input.value = "";
    if (!left || !file) this.add(files);
    else if (file.name === left.name && file.size === left.size) this.#goOn(left, file);
    else this.#refuse("not-the-same", left, file.name);
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.#means.root.querySelector("input"));
  }

  /**
   * @param {string} key
   * @param {Recoverable} left
   * @param {string} [picked]
   */
  #refuse(key, left, picked) {
    const sentences = this.#sentences;
    sentences.refused = [() => sentences.words.of(key, left, { picked })];
    this.#view?.on("resize");
  }

  /**
   * @param {Recoverable} left
   * @param {File} [file]
   */
  #goOn(left, file) {
    left.resume(file).then(
      () => this.#look(),
      () => this.#refuse("pick-again", left),
    );
  }

  /**
   * @param {Recoverable} left
   * @param {string} action
   */
  lookAfter(left, action) {
    if (action === "forget") {
      left.forget();
      this.#look();
    } else if (left.hasHandle) this.#goOn(left);
    else this.pick("", left);
  }

  /**
   * All files, as what a sentence is about.
   *
   * @param {number} done
   */
  all(done) {
    const { progress } = /** @type {Uploader} */ (this.uploader);
    return { progress, size: progress.total, done };
  }

  get percentage() {
    return this.uploader?.progress.percentage ?? 0;
  }

  /**
   * Puts words in their place, or hides it where there are none.
   *
   * @param {HTMLElement} element
   * @param {string} key
   * @param {any} subject
   * @param {number} count
   */
  write(element, key, subject, count) {
    const text = key && this.#sentences.say(key, subject, count);
    const slot = element.querySelector("slot");
    element.hidden = !text && !slot?.assignedNodes().length;
    // Buttons have it.
    /** @type {any} */ (element).disabled = this.#means.host.matches(":disabled");
    const place = slot?.firstElementChild ?? element;
    if (!text) return;
    if (element.getAttribute("role") === "progressbar") this.#fill(element, text, subject);
    else if (place.firstElementChild) {
      // The button shows a picture.
      element.setAttribute("aria-label", text);
      element.title = text;
    } else if (place.textContent !== text) place.textContent = text;
  }

  /**
   * @param {HTMLElement} bar
   * @param {string} label
   * @param {any} subject
   */
  #fill(bar, label, subject) {
    const { percentage } = subject.progress;
    bar.style.setProperty("--progress", `${percentage / 100}`);
    bar.setAttribute("aria-label", label);
    bar.setAttribute("aria-valuenow", `${Math.floor(percentage)}`);
    bar.setAttribute("aria-valuetext", this.#sentences.say("progress-text", subject));
  }

  /**
   * Shows what a file is: a picture of it where there can be one.
   *
   * @param {UploadFile} file
   * @param {Element} place
   */
  async thumbnail(file, place) {
    place.textContent = this.#sentences.words.kind(file);
    // Not for rows that fly past.
    await new Promise((resolve) => setTimeout(resolve, glance));
    const mayHave = file.file && /^(image|video|$)/.test(file.type);
    if (!mayHave || !place.isConnected) return;
    // Without what makes it there is none.
    const canvas = await this.#means.picture(file).catch(() => undefined);
    if (!canvas) return;
    canvas.part = "picture";
    place.replaceChildren(canvas);
  }

  /**
   * To the page's developer.
   *
   * @param {string} attribute
   * @param {string} value
   */
  warn(attribute, value) {
    warn(
      `<ittybit-uploader ${attribute}="${value}">: this should be a number, or a size such as 10MB. It is ignored.`,
    );
  }
}
