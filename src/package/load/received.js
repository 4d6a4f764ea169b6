// Holds what widget.js receives from the file that loads it. In widget.js, the build replaces the modules that shared.js
// imports with this one.

/**
 * @template {number} N
 * @typedef {import("./shared.js").Shared[N]} Shared
 */

/** @type {Shared<0>} */
export let UploadError;
/** @type {Shared<1>} */
export let handleKey;
/** @type {Shared<2>} */
export let smallest;
/** @type {Shared<3>} */
export let take;
/** @type {Shared<4>} */
export let warn;
/** @type {Shared<5>} */
export let native;
/** @type {Shared<6>} */
export let styling;
/** @type {Shared<7>} */
export let atRest;
/** @type {Shared<8>} */
export let explain;
/** @type {Shared<9>} */
export let notLoaded;
/** @type {Shared<10>} */
export let load;
/** @type {Shared<11>} */
export let locate;
/** @type {Shared<12>} */
export let versionOf;

/** @param {import("./shared.js").Shared} shared */
export function receive(shared) {
  [
    UploadError,
    handleKey,
    smallest,
    take,
    warn,
    native,
    styling,
    atRest,
    explain,
    notLoaded,
    load,
    locate,
    versionOf,
  ] = shared;
}
