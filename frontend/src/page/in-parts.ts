/** A large file, sent in parts by tus: what came stays, and the rest goes on behind it. */
import { call, csrfToken, Refusal, refusal } from "../core/api";
import { t } from "../core/i18n";
import type { Chosen } from "./dropped";

/** The session is asked again for each. */
const PART_BYTES = 64 * 1024 * 1024;

/** It was stopped by the person, and goes on later. */
export class Paused extends Error {}

export interface InParts {
  /** The exhibit's address for files in parts. */
  base: string;
  /** Where the file stands on the server, once it was begun. */
  url: string | null;
  began: (url: string) => void;
  sent: (bytes: number) => void;
  signal: AbortSignal;
}

/** Send what the server does not have yet. Throws `Refusal`, or `Paused`. */
export async function sendInParts({ file, path }: Chosen, way: InParts): Promise<void> {
  const { Upload } = await import("tus-js-client");
  const once = () =>
    new Promise<void>((done, failed) => {
      if (way.signal.aborted) {
        failed(new Paused());
        return;
      }
      const upload = new Upload(file, {
        endpoint: way.base,
        uploadUrl: way.url,
        chunkSize: PART_BYTES,
        metadata: { path, modified: String(file.lastModified) },
        retryDelays: null,
        storeFingerprintForResuming: false,
        onBeforeRequest: (request) => request.setHeader("X-CSRF-Token", csrfToken()),
        onUploadUrlAvailable: () => {
          if (upload.url) way.began(upload.url);
        },
        onProgress: (bytes) => way.sent(bytes),
        onSuccess: () => done(),
        onError: (error) => failed(refusalOf(error)),
      });
      const stop = () => {
        void upload.abort();
        failed(new Paused());
      };
      way.signal.addEventListener("abort", stop, { once: true });
      upload.start();
    });
  try {
    await once();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 401) throw error;
    await call("GET", way.base); // asks the person to sign in
    await once();
  }
}

interface Answered {
  getStatus(): number;
  getBody(): string;
}

/** What the server said of it; where nobody answered, that. */
function refusalOf(error: Error & { originalResponse?: Answered | null }): Refusal {
  const answer = error.originalResponse;
  const status = answer?.getStatus() ?? 0;
  if (!answer || !status) return new Refusal(0, "offline", t("The server cannot be reached."));
  try {
    return refusal(status, JSON.parse(answer.getBody() || "null"));
  } catch {
    return refusal(status, null);
  }
}
