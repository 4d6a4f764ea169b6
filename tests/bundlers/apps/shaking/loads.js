// As little as there can be of what the package does: it loads two modules later, and names a file.
import("./later.js").then(({ later }) => {
  console.log(later, new URL("./data.wasm", import.meta.url));
});
import("./also-later.js").then(({ alsoLater }) => {
  console.log(alsoLater);
});
