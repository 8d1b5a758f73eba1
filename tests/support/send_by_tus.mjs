/**
 * Sends a file as programs do, by tus-js-client: `node send_by_tus.mjs FILE ENDPOINT TOKEN PATH CHUNK_BYTES`. Prints what the server
 * has accepted, a line a part, and at the end the address of the upload; ends with 1 and the reason where it is refused.
 */
import { createRequire } from "node:module";
import { createReadStream, statSync } from "node:fs";

const require = createRequire(new URL("../../frontend/package.json", import.meta.url));
const tus = require("tus-js-client");
const [file, endpoint, token, path, chunk] = process.argv.slice(2);

const upload = new tus.Upload(createReadStream(file), {
  endpoint,
  uploadSize: statSync(file).size,
  chunkSize: Number(chunk),
  headers: { Authorization: `Bearer ${token}` },
  metadata: { path },
  // The server may be away for as long as it takes to start it again on a busy machine.
  retryDelays: Array(240).fill(250),
  onChunkComplete: (_length, accepted) => console.log(accepted),
  onError: (error) => {
    console.log(`refused: ${error.message}`);
    process.exit(1);
  },
  onSuccess: () => console.log(`sent: ${upload.url}`),
});
upload.start();
