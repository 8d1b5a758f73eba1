/** What is known of each side, under its own pane; the age gap; what speaks besides the face. */
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { t, tn, word } from "../core/i18n";
import { Icon } from "../shared/icon";
import { KIND_ICON } from "../shared/marks";
import { leadNumber, personNumber, seriesNumber } from "../shared/numbers";
import { sideName } from "./sides";
import type { LeadPage, Media, RegisterEntry, Side } from "./types";

export function AgeGap({ page }: { page: LeadPage }) {
  if (!page.age_gap_years) return null;
  return (
    <div class="gapline">
      <Icon name="warn" />
      <span>
        <b>{tn("Age gap about {n} year.", "Age gap about {n} years.", page.age_gap_years)}</b>{" "}
        {t("Scores fall with every year between; a low score here does not exclude.")}
      </span>
    </div>
  );
}

export function SideFacts({ page, base }: { page: LeadPage; base: string }) {
  return (
    <div class="facts-2">
      {page.sides.map((side) => (
        <dl class="kv" key={side.side}>
          {rows(side, page.operation.tlp, `/operations/${page.operation.id}`).map(([name, value]) => (
            <>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </>
          ))}
          {side.media && !side.register_entry && page.permissions.annotate_lead && (
            <>
              <dt>{t("Clue")}</dt>
              <dd>
                <a href={`${base}/clues/new?media=${side.media.id}`}>{t("Open a clue of this picture")}</a>
                <span class="sr"> {sideName(side)}</span>
              </dd>
            </>
          )}
        </dl>
      ))}
    </div>
  );
}

/** Items of evidence that stand there at first. */
const FIRST = 10;

type Row = [string, ComponentChild];

function rows(side: Side, tlp: string, base: string): Row[] {
  if (side.hidden) {
    return [[t("Source"), t("Restricted material of {country}. Nothing more is known here.", { country: side.country })]];
  }
  return [
    ...(side.is_pair_only ? [pairRow(side)] : []),
    ...(side.register_entry ? entryRows(side.register_entry, side.country) : side.media ? sourceRows(side.media, side) : []),
    ...ownPage(side, base),
    ...qualityRows(side),
    ...(side.media && !side.register_entry ? mediaRows(side.media) : []),
    [t("Handling"), <Handling side={side} tlp={tlp} />],
    ...(side.media && !side.register_entry ? digestRows(side.media) : []),
    ...(side.media && !side.register_entry ? [pageRow(side.media)] : []),
  ];
}

/** The page of the person or of the entry, where all that touches it stands. */
function ownPage({ person, register_entry, is_pair_only }: Side, base: string): Row[] {
  if (is_pair_only) return [];
  if (register_entry) {
    const link = <a href={`${base}/entries/${register_entry.id}`}>{t("all about this child")}</a>;
    return [[t("Entry"), link]];
  }
  if (!person) return [];
  const link = (
    <a href={`${base}/persons/${person.number}`}>
      <bdi>{personNumber(person.number)}</bdi>
    </a>
  );
  return [[t("Person"), link]];
}

/** What a picture that was opened alone comes from stays closed. */
function pairRow({ country }: Side): Row {
  return [
    t("Source"),
    t("{country} opened this picture alone. The exhibit, the file and other pictures stay closed.", { country }),
  ];
}

function sourceRows(media: Media, side: Side): Row[] {
  const { exhibit } = media;
  const place = placeInFile(side.face ?? { at_s: media.still_at_s, part: 1 });
  if (!exhibit) return place ? [[t("Source"), place]] : [];
  const device = word("exhibit_kind", exhibit.kind);
  return [[t("Source"), [t("Exhibit {label} · {device}", { label: exhibit.label, device }), place].filter(Boolean).join(", ")]];
}

/** Where in its file a face or a still is: the second of a video, the number of a picture where the file holds several. */
function placeInFile({ at_s, part }: Pick<NonNullable<Side["face"]>, "at_s" | "part">): string | null {
  if (at_s != null) return t("video {time}", { time: videoTime(at_s) });
  return part > 1 ? t("picture {n} of the file", { n: part }) : null;
}

function qualityRows({ face, person }: Side): Row[] {
  const found: Row[] = [];
  if (face) {
    const turned = Math.round(Math.abs(face.yaw_deg));
    const pose = turned < 5 ? t("frontal") : t("turned {n}°", { n: turned });
    const quality = word("quality", face.quality_word);
    found.push([
      t("Quality"),
      t("{quality} · {n} px between eyes, {pose}", { quality, n: Math.round(face.eye_distance_px), pose }),
    ]);
  }
  if (person?.age_band) {
    found.push([t("Age"), t("{age}, said by an examiner", { age: word("age_band", person.age_band) })]);
  }
  if (person?.series_number) found.push([t("Series"), <bdi>{seriesNumber(person.series_number)}</bdi>]);
  return found;
}

/** What a list of known material says of the file; those who are identified come first. */
function knownRow(mark: Media["known"][number]): Row {
  const of = mark.distance === null ? t("this file") : t("a picture that differs in {n} of 256 bits", { n: mark.distance });
  return [
    t("Known"),
    <>
      <b>{word("known_meaning", mark.meaning)}</b>: <bdi>{mark.list}</bdi> · {mark.source} · {of}
      {mark.category !== null && ` · ${t("category {n} of the list", { n: mark.category })}`}
      {mark.category_words && (
        <>
          {" "}
          «<bdi>{mark.category_words}</bdi>»
        </>
      )}
      {mark.grade !== null && ` · ${t("taken as {n} by {country}'s table", { n: mark.grade, country: mark.grade_of ?? "" })}`}
      {mark.grade_words && (
        <>
          {" "}
          «<bdi>{mark.grade_words}</bdi>»
        </>
      )}
    </>,
  ];
}

function mediaRows(media: Media): Row[] {
  const found: Row[] = media.known.map(knownRow);
  if (media.captured_at) {
    found.push([t("Seen"), t("{time}, from the file; clock not verified", { time: statedTime(media) })]);
  }
  if (media.clock && media.clock !== "plausible" && media.clock !== "missing") {
    const claim = media.clock_claim && <bdi>«{media.clock_claim}» </bdi>;
    found.push([
      t("Clock"),
      <>
        {claim}
        {word("file_clock", media.clock)}
      </>,
    ]);
  }
  if (media.latitude !== null && media.longitude !== null) {
    const place = `${media.latitude.toFixed(6)}, ${media.longitude.toFixed(6)}`;
    found.push([t("Place"), t("{place}, from the file; not verified", { place })]);
  }
  const camera = [media.camera_make, media.camera_model, media.camera_serial].filter(Boolean).join(" ");
  if (camera) found.push([t("Camera"), <bdi>{camera}</bdi>]);
  const lens = [media.lens_model, media.lens_serial].filter(Boolean).join(" ");
  if (lens) found.push([t("Lens"), <bdi>{lens}</bdi>]);
  if (media.software) found.push([t("Software"), <bdi>{media.software}</bdi>]);
  if (media.document) found.push([t("Document id"), <bdi class="mono brk">{media.document}</bdi>]);
  const path = media.device_paths[0];
  if (path) {
    found.push([
      t("Path"),
      <span class="path" title={pathsOf(media)}>
        <bdi>{path}</bdi>
        {media.path_count > 1 && ` · ${tn("{n} place", "{n} places", media.path_count)}`}
      </span>,
    ]);
  }
  if (media.unseen.length) {
    const parts = media.unseen.map((part) => word("unseen", part)).join(", ");
    found.push([t("Read in part"), t("not looked at, so that a face there is missed: {parts}", { parts })]);
  }
  if (media.near_copies) found.push([t("Copies"), tn("{n} near copy", "{n} near copies", media.near_copies)]);
  return found;
}

/** The paths, one a line, and how many further ones the medium has. */
function pathsOf({ device_paths, path_count }: Media): string {
  const further = path_count - device_paths.length;
  return [...device_paths, ...(further > 0 ? [t("{n} more", { n: further })] : [])].join("\n");
}

function Handling({ side, tlp }: { side: Side; tlp: string }) {
  return (
    <>
      <bdi>TLP:{tlp}</bdi> · <span class="hcode-s">{side.handling}</span>{" "}
      {t("owner {country}", { country: side.media?.exhibit?.custodian_country ?? side.country })}
    </>
  );
}

function pageRow({ id }: Media): Row {
  return [t("Medium"), <a href={`/media/${id}`}>{t("All that is known of it")}</a>];
}

function digestRows(media: Media): Row[] {
  return [
    [
      "SHA-256",
      <span class="mono" title={media.sha256}>
        {media.sha256.slice(0, 8)}…{media.sha256.slice(-4)}
      </span>,
    ],
  ];
}

function entryRows(entry: RegisterEntry, country: string): Row[] {
  const source = t("Register of {country}, entry {number}", { country, number: entry.number });
  const found: Row[] = [[t("Source"), source]];
  if (entry.label) found.push([t("Name"), <bdi>{entry.label}</bdi>]);
  found.push([t("Sex"), word("sex", entry.sex)]);
  if (entry.date_of_birth) found.push([t("Born"), <bdi>{entry.date_of_birth}</bdi>]);
  if (entry.missing_since) {
    const place = entry.place ? `${entry.missing_since}, ${entry.place}` : entry.missing_since;
    found.push([t("Missing"), <bdi>{place}</bdi>]);
  }
  if (entry.nationality) found.push([t("Nationality"), entry.nationality]);
  for (const [name, value] of Object.entries(entry.details)) found.push([word("register_detail", name), <bdi>{value}</bdi>]);
  if (entry.closed_as) found.push([t("Validity"), <b class="low-t">{word("entry_step", entry.closed_as)}</b>]);
  return found;
}

/** The local time of the file's claim, with the decimals of its second and its offset from UTC where it says them. */
function statedTime({ captured_at, captured_subseconds }: Media): string {
  const [time, offset] = [captured_at?.slice(0, 19).replace("T", " ") ?? "", captured_at?.slice(19) ?? ""];
  const decimals = captured_subseconds ? `.${captured_subseconds}` : "";
  return `${time}${decimals}${offset ? ` UTC${offset}` : ""}`;
}

function videoTime(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${String(minutes).padStart(2, "0")}:${(seconds - minutes * 60).toFixed(2).padStart(5, "0")}`;
}

export function EvidenceStrip({ page, base }: { page: LeadPage; base: string }) {
  const [all, setAll] = useState(false);
  const { evidence, evidence_of } = page;
  const shown = all ? evidence : evidence.slice(0, FIRST);
  const count = (bearing: string) => evidence.filter((item) => item.bearing === bearing).length;
  return (
    <section class="panel" aria-labelledby="ev">
      <header>
        <h2 id="ev">{page.clue ? t("Other leads on the same material") : t("What else links the two sides")}</h2>
        {evidence.length > 0 && (
          <span class="q">
            {tn(
              "{n} item: {supports} support, {against} against",
              "{n} items: {supports} support, {against} against",
              evidence.length,
              {
                supports: count("supports"),
                against: count("against"),
              },
            )}
          </span>
        )}
      </header>
      {evidence.length ? (
        <ol class="strip">
          {shown.map((item) => (
            <li key={item.lead.id}>
              <span class="row">
                <Icon name={KIND_ICON[item.kind]} />
                <b>{item.title}</b>
              </span>
              <span class="q2">{item.text}</span>
              <span class={item.bearing === "against" ? "low-t" : "q"}>{word("bearing", item.bearing)}</span>
              <a href={`${base}/leads/${item.lead.id}`}>
                <bdi>{leadNumber(item.lead.number)}</bdi>
              </a>
            </li>
          ))}
        </ol>
      ) : (
        <p class="body q">
          {page.clue
            ? t("No other lead is on this material.")
            : t("Nothing else links these two sides yet. A referral needs more than a face.")}
        </p>
      )}
      {shown.length < evidence_of && (
        <footer class="row wrap">
          <span class="q">{t("{n} of {all}", { n: shown.length, all: evidence_of })}</span>
          {!all && (
            <button class="btn quiet small" type="button" onClick={() => setAll(true)}>
              {t("Show the rest")}
            </button>
          )}
        </footer>
      )}
    </section>
  );
}
