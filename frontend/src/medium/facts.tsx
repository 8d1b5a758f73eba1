/** What the file says of itself, where it lies, and its hashes. */
import type { ComponentChild } from "preact";
import { currentLanguage, t, tn, word } from "../core/i18n";
import type { CopyOfMedium, MediumPage, StatedCategory } from "../shared/answers";
import { size } from "../shared/bytes";
import { Icon } from "../shared/icon";
import { length, seconds } from "../shared/time";

type Row = [string, ComponentChild];

export function Facts({ page, base }: { page: MediumPage; base: string }) {
  return (
    <section class="panel" aria-labelledby="file-h">
      <header>
        <h2 id="file-h">{t("From the file")}</h2>
        <span class="chip warn push">
          <Icon name="warn" /> {t("not verified")}
        </span>
      </header>
      <div class="body stack">
        <dl class="kv">
          {rows(page, base).map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
        </dl>
        <p class="q2">{t("A file can say anything. Two independent traces make a fact.")}</p>
      </div>
    </section>
  );
}

function rows(page: MediumPage, base: string): Row[] {
  const camera = [page.camera_make, page.camera_model, page.camera_serial].filter(Boolean).join(" ");
  const alike = (key: string | null, name: string, said: string) =>
    key && said && <a href={`${base}/gallery?${new URLSearchParams({ [name]: key })}`}>{said}</a>;
  const { same_camera, same_lens, same_document } = page;
  const others = alike(
    page.camera_key,
    "camera_key",
    same_camera ? tn("{n} more of this camera", "{n} more of this camera", same_camera) : "",
  );
  const ofLens = alike(
    page.lens_key,
    "lens_key",
    same_lens ? tn("{n} more of this lens", "{n} more of this lens", same_lens) : "",
  );
  const ofDocument = alike(
    page.document_key,
    "document_key",
    same_document ? tn("{n} more of this document", "{n} more of this document", same_document) : "",
  );
  const lens = [page.lens_make, page.lens_model, page.lens_serial].filter(Boolean).join(" ");
  const found: Row[] = [
    [t("Taken"), page.captured_at ? <bdi>{takenAt(page)}</bdi> : t("no usable date")],
    [
      t("Camera"),
      camera ? (
        <>
          <bdi>{camera}</bdi> {others}
        </>
      ) : (
        t("none in the file")
      ),
    ],
    [
      t("Lens"),
      lens ? (
        <>
          <bdi>{lens}</bdi> {!page.lens_serial && t("no serial")} {ofLens}
        </>
      ) : (
        t("none in the file")
      ),
    ],
    [t("Software"), page.software ? <bdi>{page.software}</bdi> : t("none in the file")],
    [
      t("Place"),
      page.latitude !== null && page.longitude !== null ? (
        <>
          <bdi dir="ltr">{`${page.latitude.toFixed(6)}, ${page.longitude.toFixed(6)}`}</bdi>{" "}
          {page.place_country ? (
            <a href={`${base}/gallery?place=${page.place_country}`}>{countryName(page.place_country)}</a>
          ) : (
            t("in no country")
          )}
          {page.region_name && (
            <>
              {" · "}
              <a href={`${base}/gallery?place=${page.place_region}`}>
                <bdi>{page.region_name}</bdi>
              </a>
            </>
          )}
        </>
      ) : (
        t("none in the file")
      ),
    ],
    [
      t("Document id"),
      documents(page).length ? (
        <>
          {documents(page).map(([name, value]) => (
            <div key={name}>
              <span class="q2">{name}</span> <bdi class="mono brk">{value}</bdi>
            </div>
          ))}
          {ofDocument}
        </>
      ) : (
        t("none in the file")
      ),
    ],
    [t("Size"), sizeOf(page)],
  ];
  if (page.clock && page.clock !== "missing") found.splice(1, 0, [t("Clock"), <Clock page={page} />]);
  if (page.duration_s !== null) found.push([t("Length"), <bdi>{length(page.duration_s)}</bdi>]);
  if (page.inner_video_s !== null) found.push([t("Video inside"), <bdi>{seconds(page.inner_video_s)}</bdi>]);
  if (page.unseen.length) {
    const parts = page.unseen.map((part) => word("unseen", part)).join(", ");
    found.push([t("Read in part"), t("not looked at, so that a face there is missed: {parts}", { parts })]);
  }
  for (const said of page.stated) found.push([t("Category"), <Stated said={said} base={base} />]);
  return found;
}

/** The numbers that programs give to a document, each once. */
function documents({ original_document, document, instance }: MediumPage): [string, string][] {
  const named: [string, string | null][] = [
    [t("made of"), original_document],
    [t("this document"), document],
    [t("this state of it"), instance],
  ];
  return named.filter(
    (each, place): each is [string, string] => !!each[1] && named.findIndex((other) => other[1] === each[1]) === place,
  );
}

/** What is known of the stated time, and a time that cannot be true as the file writes it. */
function Clock({ page: { clock, clock_claim, camera_year } }: { page: MediumPage }) {
  return (
    <>
      {clock_claim && (
        <>
          <bdi>«{clock_claim}»</bdi>{" "}
        </>
      )}
      {clock && word("file_clock", clock)}
      {camera_year !== null && clock !== "before_format" && (
        <>
          {"; "}
          {t("by its maker's press release this camera was announced in {year}: a hint, no proof", { year: camera_year })}
        </>
      )}
    </>
  );
}

/** The number as the case file of the exhibit has it: what it means says only a table that was named with it. */
function Stated({ said, base }: { said: StatedCategory; base: string }) {
  const category = said.category ?? said.stated;
  return (
    <>
      {category === null ? (
        t("none stated in the case file")
      ) : (
        <bdi>{t("{category}, stated in the case file", { category })}</bdi>
      )}{" "}
      <a href={`${base}/exhibits/${said.exhibit_id}#case`}>
        <bdi>{said.exhibit}</bdi>
      </a>{" "}
      <span class="q2">{said.table_name ? <bdi>{said.table_name}</bdi> : word("case_scheme", said.scheme)}</span>
    </>
  );
}

/** The name of a country in the reader's language. */
function countryName(code: string): string {
  return new Intl.DisplayNames(currentLanguage(), { type: "region" }).of(code) ?? code;
}

function takenAt({ captured_at, captured_subseconds }: MediumPage): string {
  const [time, offset] = [captured_at?.slice(0, 19).replace("T", " ") ?? "", captured_at?.slice(19) ?? ""];
  const decimals = captured_subseconds ? `.${captured_subseconds}` : "";
  return `${time}${decimals}${offset ? ` UTC${offset}` : ` ${t("no zone in the file")}`}`;
}

function sizeOf(page: MediumPage): ComponentChild {
  const bytes = size(page.size_bytes);
  const pixels = page.width && page.height ? `${page.width} × ${page.height}, ` : "";
  return (
    <bdi dir="ltr">
      {pixels}
      {bytes}, {page.media_type}
    </bdi>
  );
}

export function Places({ page, base }: { page: MediumPage; base: string }) {
  const paths = page.copies.copies.reduce((sum, copy) => sum + copy.path_count, 0);
  return (
    <section class="panel" aria-labelledby="places-h">
      <header>
        <h2 id="places-h">{t("Where it lies")}</h2>
        <span class="push">{tn("{n} path", "{n} paths", paths)}</span>
      </header>
      <ul>
        {page.copies.copies.map((copy) => (
          <Copy key={copy.id} copy={copy} page={page} base={base} />
        ))}
      </ul>
    </section>
  );
}

function Copy({ copy, page, base }: { copy: CopyOfMedium; page: MediumPage; base: string }) {
  return (
    <li class="body stack">
      {copy.id !== page.id && (
        <a href={`/media/${copy.id}`}>{t("the same content in other material of {country}", { country: copy.country })}</a>
      )}
      <ul class="paths">
        {copy.paths.map((path) => (
          <li key={`${path.exhibit_id} ${path.path}`}>
            <a href={`${base}/exhibits/${path.exhibit_id}`}>
              <bdi>{path.exhibit}</bdi>
            </a>{" "}
            <span class="q2">{word("exhibit_kind", path.exhibit_kind)}</span> <bdi class="mono brk">{path.path}</bdi>
            {path.inside && <span class="q2"> {t("inside {path}", { path: path.inside })}</span>}
          </li>
        ))}
      </ul>
      {copy.paths.length < copy.path_count && (
        <p class="q">{t("the first {n} of {of} paths", { n: copy.paths.length, of: copy.path_count })}</p>
      )}
    </li>
  );
}

export function Hashes({ page }: { page: MediumPage }) {
  const hashes: [string, string | null][] = [
    ["SHA-256", page.sha256],
    ["MD5", page.md5],
    ["SHA-1", page.sha1],
    ["PDQ", page.pdq],
  ];
  return (
    <section class="panel" aria-labelledby="hashes-h">
      <header>
        <h2 id="hashes-h">{t("Hashes")}</h2>
      </header>
      <dl class="kv body">
        {hashes.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd class="mono brk" translate={false}>
              {value ?? "–"}
              {name === "PDQ" && page.pdq_quality !== null && (
                <span class="q2"> {t("quality {n}", { n: page.pdq_quality })}</span>
              )}
            </dd>
          </>
        ))}
      </dl>
    </section>
  );
}
