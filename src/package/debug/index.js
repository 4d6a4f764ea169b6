// Debug mode: logs the story of each upload to the console and to the browser's performance timeline. Loaded only if
// debugging is on. It observes the page's events and the requests, and decides nothing. It logs its own errors too, and
// the upload continues.

import { commands, events } from "../../browser/js/numbers.js";
import { safely, say } from "./say.js";
import { Secrets } from "./secrets.js";
import { Story } from "./story.js";
import { isDebugged } from "./switch.js";

/**
 * @typedef {import("../core.js").Create} Create
 * @typedef {import("../core.js").Page} Page
 */

/**
 * Returns a `create` that logs the stories of those queues that are debugged.
 *
 * @param {Create} create
 * @param {string} version
 * @returns {Create}
 */
export function watch(create, version) {
  say("info", `version ${version}. Stories of uploads follow, the smaller steps as "verbose".`);
  return (options, page) =>
    isDebugged(options) ? follow(create, options, page) : create(options, page);
}

/**
 * Creates a queue, and logs the story of each of its files.
 *
 * @param {Create} create
 * @param {any} options
 * @param {Page} page
 */
function follow(create, options, page) {
  const secrets = new Secrets();
  /** The stories, by their file's number in the wasm. @type {Map<number, Story>} */
  const stories = new Map();
  /** The story of a file whose number is not known yet. @type {Story | undefined} */
  let adding;
  const endAll = () => {
    for (const story of stories.values()) story.end();
  };

  const { tell, crashed } = page;
  page.tell = (eventNumber, number, detail) => {
    safely(() => {
      const event = events[eventNumber] ?? "";
      if (event === "abort") {
        say("info", "all files: aborted by the page's signal");
        endAll();
      } else if (event === "complete") say("info", "all files: nothing is left to do");
      else (stories.get(number) ?? adding)?.hear(event, detail);
    });
    tell.call(page, eventNumber, number, detail);
  };
  page.isTraced = true;
  page.trace = (number, step, detail, count) =>
    safely(() => (stories.get(number) ?? adding)?.trace(step, detail, count));
  page.crashed = (error) => {
    safely(() => {
      say("error", secrets.hide(`the uploader itself has failed: ${error.cause}`));
      endAll();
    });
    crashed.call(page, error);
  };

  const uploads = create(secrets.ofOptions(options), page);
  const { add, command } = uploads;
  uploads.add = (file, end, id) => {
    const story = new Story(Object(file), id, secrets);
    adding = story;
    try {
      const number = add.call(uploads, file, end);
      stories.set(number, story);
      safely(() => story.begin());
      return number;
    } catch (error) {
      safely(() => story.refuse(error));
      throw error;
    } finally {
      adding = undefined;
    }
  };
  uploads.command = (commandNumber, number) => {
    const name = commands[commandNumber] ?? "";
    if (number === 0) safely(() => say("info", `all files: ${name}`));
    try {
      command.call(uploads, commandNumber, number);
    } catch (error) {
      safely(() => say("warn", secrets.hide(`${name} is refused: ${error}`)));
      throw error;
    }
    // These commands report no event for each file.
    if (number === 0 && /cancel|destroy/.test(name)) safely(endAll);
  };
  return uploads;
}
