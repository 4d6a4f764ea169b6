// The smallest module that does what the package does: loads two modules later, and names a file.
import("./later.js").then(({ later }) => {
  console.log(later, new URL("./data.wasm", import.meta.url));
});
import("./also-later.js").then(({ alsoLater }) => {
  console.log(alsoLater);
});
