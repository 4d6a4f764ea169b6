// One file's story: logs what helps an app's developer, which is sizes, times, statuses and reasons. Never logs where
// something is sent, or what is sent with it.

import { questions, steps } from "../../browser/js/numbers.js";
import { say, sizeOf, timeOf } from "./say.js";
import { Timeline } from "./timeline.js";

/** In percent: how much progress is worth a line. */
const step = 10;

/** The questions to the endpoint, besides the one for an upload target. @type {Record<string, string>} */
const asking = {
  parts: "which parts have arrived",
  part: "where a part goes",
  complete: "to put the parts together",
};

/** @param {unknown} text */
function parse(text) {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

export class Story {
  #name;
  #size;
  #type;
  #secrets;
  #timeline;
  #wasAdded = false;
  #isOffline = false;
  #began = performance.now();
  #phase = "";
  #attempt = 1;
  /** In percent: the progress in the last line. */
  #told = 0;
  /** The last question to the endpoint, and its time. */
  #question = "";
  #asked = 0;
  /** How many pieces are stored. */
  #stored = 0;
  /** What was sent last, and when. */
  #what = "";
  #sent = 0;

  /**
   * @param {Partial<File>} file
   * @param {string | undefined} id
   * @param {import("./secrets.js").Secrets} secrets
   */
  constructor({ name = "blob", size = 0, type = "" }, id, secrets) {
    this.#name = id === undefined ? name : `${name} #${id}`;
    this.#size = size;
    this.#type = type;
    this.#secrets = secrets;
    this.#timeline = new Timeline(id, name);
  }

  /**
   * @param {Parameters<typeof say>[0]} level
   * @param {string} text
   */
  #say(level, text) {
    say(level, `${this.#name.replace(/\s+/g, " ")}: ${text}`);
  }

  /** @param {any} error */
  #reason({ name, code, status, attempt, message, detail }) {
    const facts = [code ?? name, status && `status ${status}`, attempt && `attempt ${attempt}`];
    const words = `${message ?? ""}`;
    // Most messages have the server's words in them.
    const isSaid = !detail || words.includes(detail);
    const all = this.#secrets.hide(isSaid ? words : `${words} "${detail}"`);
    return `${facts.filter(Boolean).join(", ")}: ${all.replace(/\s+/g, " ").trim()}`;
  }

  /** Logs that the file was added. */
  begin() {
    if (this.#wasAdded) return;
    this.#wasAdded = true;
    this.#say("info", `added, ${sizeOf(this.#size)}, ${this.#type || "of no known type"}`);
  }

  /** Logs that the file was refused. @param {unknown} error */
  refuse(error) {
    this.#say("warn", `not taken, ${this.#reason(Object(error))}`);
  }

  end() {
    this.#timeline.end();
    this.#phase = "";
  }

  /**
   * Logs an event of the file.
   *
   * @param {string} event
   * @param {any} detail
   */
  hear(event, detail) {
    this.begin();
    switch (event) {
      case "upload-start":
        this.#began = performance.now();
        this.#say("info", "starts");
        break;
      case "upload-progress":
        this.#move(detail);
        break;
      case "upload-retry":
        this.#told = 0;
        this.#say(
          "warn",
          `attempt ${detail.attempt} follows in ${timeOf(detail.delay)}, after ${this.#reason(detail.error)}`,
        );
        break;
      case "upload-stalled":
        this.#say("warn", "stalled, no byte has moved for the stall timeout");
        break;
      case "upload-pause":
        this.#say("info", "paused");
        break;
      case "upload-resume":
        this.#say("info", `goes on, ${sizeOf(detail)} need not be sent again`);
        break;
      case "upload-success":
        this.#succeed(detail);
        break;
      case "upload-error":
        this.#say("error", `failed, ${this.#reason(detail)}`);
        this.end();
        break;
      default:
        this.#say("info", event === "file-removed" ? "removed" : "cancelled");
        this.end();
    }
  }

  /** @param {any} media */
  #succeed(media) {
    const time = performance.now() - this.#began;
    const speed = sizeOf(Math.round((this.#size / Math.max(time, 1)) * 1000));
    const id = this.#secrets.hide(`${media?.id}`);
    this.#say(
      "info",
      `stored as ${id}, ${sizeOf(this.#size)} in ${timeOf(time)}, ${speed}/s, attempts: ${this.#attempt}`,
    );
    this.end();
  }

  /** @param {import("../index.d.ts").Progress} progress */
  #move({ phase, loaded, percentage, speed, eta, attempt }) {
    if (phase !== "done") this.#timeline.enter(phase, attempt);
    this.#attempt = attempt;
    if (phase !== this.#phase) this.#enter(phase);
    if (phase !== "uploading" || loaded === 0) return;
    if (this.#told === 0) {
      this.#told = Number.MIN_VALUE;
      this.#say("debug", "the first bytes are on their way");
    }
    const reached = percentage - (percentage % step);
    if (reached < step || reached <= this.#told) return;
    this.#told = reached;
    const facts = [
      `${sizeOf(loaded)} of ${sizeOf(this.#size)}`,
      speed > 0 && `${sizeOf(Math.round(speed))}/s`,
      eta !== null && `${timeOf(eta * 1000)} left`,
      this.#stored > 0 && `pieces stored: ${this.#stored}`,
    ];
    this.#say("debug", `${Math.floor(percentage)} %, ${facts.filter(Boolean).join(", ")}`);
  }

  /** @param {string} phase */
  #enter(phase) {
    this.#phase = phase;
    if (phase === "waiting" && navigator.onLine === false) {
      this.#isOffline = true;
      this.#say("warn", "offline, waits for the connection");
    } else this.#goOn();
    if (phase === "processing") this.#say("debug", "all bytes are sent, the answer is awaited");
  }

  #goOn() {
    if (this.#isOffline) this.#say("info", "online again");
    this.#isOffline = false;
  }

  /**
   * Logs a step of the file's upload.
   *
   * @param {number} step a position in `steps` of numbers.js
   * @param {any} detail
   * @param {number} number the attempt, or the status of an answer; 0 if there was none
   */
  trace(step, detail, number) {
    switch (steps[step]) {
      case "asks":
        this.#ask(questions[detail] ?? "", number);
        break;
      case "endpoint":
        this.#answered(number, detail);
        break;
      case "returned":
        this.#say("debug", `the endpoint answered after ${this.#waited()}${this.#target(detail)}`);
        break;
      case "threw":
        this.#say("warn", `the app's own code threw ${this.#reason(Object(detail))}`);
        break;
      case "sends":
        this.#sends(number === 0 ? "file" : "piece");
        break;
      default:
        this.#hosted(number);
    }
  }

  /**
   * @param {string} question
   * @param {number} attempt
   */
  #ask(question, attempt) {
    this.#question = question;
    this.#asked = performance.now();
    this.#goOn();
    if (question === "target") this.#say("debug", `asks the endpoint, attempt ${attempt}`);
    else if (question !== "part") this.#say("debug", `asks the endpoint ${asking[question]}`);
  }

  /** Returns how long the endpoint took. */
  #waited() {
    return timeOf(performance.now() - this.#asked);
  }

  /**
   * @param {number} status
   * @param {string | undefined} body
   */
  #answered(status, body) {
    const question = this.#question;
    const isGood = status >= 200 && status <= 299;
    if (isGood && question === "parts") this.#list(parse(body));
    // Answers about parts are not logged, because there may be thousands.
    if (question === "part" && isGood) return;
    const asked = asking[question];
    const who = ["the endpoint", asked && `asked ${asked},`].filter(Boolean).join(", ");
    if (status === 0) return this.#say("warn", `${who} did not answer`);
    const target = question === "target" && isGood ? this.#target(parse(body)) : "";
    this.#say(
      isGood ? "debug" : "warn",
      `${who} answered ${status} after ${this.#waited()}${target}`,
    );
  }

  /**
   * Counts the stored parts of an upload that had begun before.
   *
   * @param {any} answer
   */
  #list(answer) {
    const parts = (answer?.data ?? answer)?.parts;
    if (!Array.isArray(parts)) return;
    this.#stored = parts.length;
  }

  /**
   * Describes an upload target without its URL, and notes the URL as a secret.
   *
   * @param {any} answer
   */
  #target(answer) {
    const target = answer?.data ?? answer;
    this.#stored = 0;
    if (target?.media) return ", it has the file already";
    const { url = target, protocol = "simple", part_size, chunk_size } = Object(target);
    this.#secrets.ofUrl(url);
    if (protocol === "multipart") {
      const count = Math.ceil(this.#size / part_size);
      return `, an upload in ${count} parts of ${sizeOf(Number(part_size))}`;
    }
    if (protocol === "resumable") {
      const size = chunk_size === undefined ? "" : ` of ${sizeOf(Number(chunk_size))}`;
      return `, a resumable upload in chunks${size}`;
    }
    return protocol === "simple" ? ", a simple upload" : ", a protocol that is not known";
  }

  /** @param {string} what the file or a piece */
  #sends(what) {
    this.#what = what;
    this.#sent = performance.now();
    if (what === "file") this.#say("debug", `sends the file, ${sizeOf(this.#size)}`);
  }

  /** @param {number} status of the host's answer; 0 if the connection was lost */
  #hosted(status) {
    const what = this.#what === "file" ? "the file" : "a piece";
    if (status === 0) return this.#say("warn", `the connection was lost while ${what} was sent`);
    const isGood = status >= 200 && status <= 299;
    if (isGood && this.#what === "piece") {
      this.#stored += 1;
      return;
    }
    const after = timeOf(performance.now() - this.#sent);
    this.#say(isGood ? "debug" : "warn", `the host answered ${status} to ${what} after ${after}`);
  }
}
