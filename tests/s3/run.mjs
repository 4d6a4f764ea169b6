// `npm run test:s3`: runs the backend's tests of files in parts with a real store, a Garage cluster of
// three nodes on this machine, and an upload during which a node fails. Not part of `npm test`, because
// compiling the store takes 15 minutes the first time.

import { fail, show } from "../../pkg-config/run.mjs";
import { hostRust } from "../../pkg-config/setup/rust.mjs";
import { startCluster } from "./cluster.mjs";
import { garage } from "./garage.mjs";

await testStore().catch(fail);

async function testStore() {
  const cargo = await hostRust({ tests: false });
  const cluster = await startCluster(await garage(cargo));
  // Also stops the cluster if a person interrupts the tests.
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) {
    process.once(signal, () => cluster.stop().finally(() => process.exit(1)));
  }
  try {
    const test = (/** @type {string[]} */ ...words) => [
      ...["test", "--locked", "--package", "ittybit-uploader-backend", "--test", "backend"],
      ...["--", ...words],
    ];
    await show("multipart uploads to the cluster", cargo, test("s3"), { env: cluster.env });
    await show(
      "an upload during which a node fails",
      cargo,
      test(
        "--nocapture",
        "--ignored",
        "--exact",
        "s3_cluster::an_upload_survives_the_loss_of_a_node",
      ),
      { env: { ...cluster.env, S3_NODE_TO_LOSE: String(cluster.expendable) } },
    );
    if (!cluster.hasLostANode()) throw new Error("a node must have been lost");
  } finally {
    await cluster.stop();
  }
  console.log("\nAll tests passed with a real store.");
}
