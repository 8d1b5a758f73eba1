/** What the gallery can be narrowed by, and the tokens that say what it is narrowed to. */
import type { ComponentChildren } from "preact";
import { inOrder } from "../core/collation";
import { currentLanguage, t, word } from "../core/i18n";
import { Choice, coded, type Option } from "../shared/choice";
import { Icon, Key } from "../shared/icon";
import { personNumber, seriesNumber } from "../shared/numbers";
import type { GalleryController } from "./controller";
import { FACES, LENGTHS, type Name, NAMES, NO_FILTER, spanOf, toggled } from "./filter";

const FACE_WORDS: Record<string, () => string> = {
  any: () => t("one or more"),
  zero: () => t("none"),
  one: () => "1",
  two: () => "2",
  more: () => t("3 or more"),
};
const LENGTH_WORDS: Record<string, () => string> = {
  short: () => t("less than 10 seconds"),
  minute: () => t("10 to 60 seconds"),
  minutes: () => t("1 to 10 minutes"),
  long: () => t("10 minutes or longer"),
};
const QUALITY_STEPS = ["good", "good,usable", "good,usable,poor", "poor"];

const GRADES: Record<string, () => string> = {
  graded: () => t("a grade stands"),
  not_graded: () => t("no grade stands"),
  conflict: () => t("people differ"),
};

/** A country's name in the reader's language; a region's as its file has it, behind its country's. */
function placeName(value: string, region = ""): string {
  if (value === "sea") return t("in no country");
  const country = value.slice(0, 2);
  const name = new Intl.DisplayNames(currentLanguage(), { type: "region" }).of(country) ?? country;
  return value === country ? name : `${name} · ${region || value}`;
}

/** Each country before its regions. */
function placesInOrder(options: readonly Option[]): Option[] {
  const named = options.map(([value, label]): Option => [value, placeName(value, label)]);
  return named.sort(([, one], [, other]) => inOrder(one, other));
}

/** Faults of a clock, together: of a file without any time nothing can be said. */
const WRONG_CLOCKS = "zeros,epoch,early,future,unreadable,before_model";

function clockWords(value: string): string {
  return value === WRONG_CLOCKS ? t("any that cannot be right") : qualified("file_clock", value);
}

function qualified(table: "file_clock" | "quality", value: string): string {
  return value
    .split(",")
    .map((each) => word(table, each))
    .join(", ");
}

function qualityWords(value: string): string {
  return qualified("quality", value);
}

export function Facets({ controller }: { controller: GalleryController }) {
  const { narrowed } = controller.filter.value;
  const choices = controller.choices.value;
  const of = (what: string): Option[] =>
    (choices?.choices ?? [])
      .filter((choice) => choice.what === what)
      .map((choice): Option => [choice.value, choice.label])
      .sort((one, other) => inOrder(one[1], other[1]));
  const set = (name: Name) => (value: string) => controller.narrow({ [name]: value });
  const any = t("any");
  return (
    <section class="panel facets" aria-label={t("Filter by")} id="facets" tabIndex={-1}>
      <Facet label={t("Kind")}>
        <Choice label={t("Kind")} none={any} value={narrowed.kind ?? ""} options={kinds()} choose={set("kind")} />
        <Choice
          label={t("Documents")}
          none={t("from documents or not")}
          value={narrowed.from_document ?? ""}
          options={[
            ["true", t("from documents alone")],
            ["false", t("not from documents")],
          ]}
          choose={set("from_document")}
        />
      </Facet>
      <Facet label={t("Length of the video")}>
        <Choice
          label={t("Length of the video")}
          none={any}
          value={spanOf(LENGTHS, narrowed)}
          options={Object.keys(LENGTHS).map((key) => [key, LENGTH_WORDS[key]?.() ?? key])}
          choose={(key) => controller.narrow(LENGTHS[key] ?? { length_from: "", length_to: "" })}
        />
      </Facet>
      <Facet label={t("Faces in it")}>
        <Choice
          label={t("Faces in it")}
          none={any}
          value={spanOf(FACES, narrowed)}
          options={Object.keys(FACES).map((key) => [key, FACE_WORDS[key]?.() ?? key])}
          choose={(key) => controller.narrow(FACES[key] ?? { faces_from: "", faces_to: "" })}
        />
      </Facet>
      <Facet label={t("Best face")}>
        <Choice
          label={t("Best face")}
          none={any}
          value={narrowed.quality ?? ""}
          options={QUALITY_STEPS.map((value) => [value, qualityWords(value)])}
          choose={set("quality")}
        />
      </Facet>
      <Facet label={t("Country")}>
        {of("country").map(([country]) => (
          <label key={country} class="row">
            <input
              type="checkbox"
              checked={(narrowed.country ?? "").split(",").includes(country)}
              onChange={() => controller.narrow({ country: toggled(narrowed.country ?? "", country) })}
            />
            <bdi>{country}</bdi>
          </label>
        ))}
      </Facet>
      <Facet label={t("Exhibit")}>
        <Choice label={t("Exhibit")} none={any} value={narrowed.exhibit ?? ""} options={of("exhibit")} choose={set("exhibit")} />
      </Facet>
      <Facet label={t("Taken")}>
        <Day controller={controller} name="taken_from" label={t("from")} />
        <Day controller={controller} name="taken_to" label={t("to")} />
        <Choice
          label={t("Date in the file")}
          none={t("with or without a date")}
          value={narrowed.is_dated ?? ""}
          options={[
            ["true", t("with a usable date")],
            ["false", t("without a usable date")],
          ]}
          choose={set("is_dated")}
        />
        <Choice
          label={t("Clock")}
          none={t("whatever the clock says")}
          value={narrowed.clock ?? ""}
          options={[[WRONG_CLOCKS, t("any that cannot be right")], ...coded("file_clock")]}
          choose={set("clock")}
        />
      </Facet>
      <Facet label={t("Taken in")}>
        <Choice
          label={t("Taken in")}
          none={any}
          value={narrowed.place ?? ""}
          options={placesInOrder(of("place"))}
          choose={set("place")}
        />
        <span class="q">{t("by the place in the file; not verified")}</span>
      </Facet>
      <Facet label={t("Camera")}>
        <Choice
          label={t("Camera")}
          none={any}
          value={narrowed.camera ?? ""}
          options={(choices?.cameras ?? []).map(({ camera, media }) => [camera, `${camera} · ${media}`])}
          choose={set("camera")}
        />
        {choices?.more_cameras && <span class="q">{t("Only those that took the most are listed.")}</span>}
      </Facet>
      <Facet label={t("Series")}>
        <Choice
          label={t("Series")}
          none={any}
          value={narrowed.in_series ? `in ${narrowed.in_series}` : (narrowed.series ?? "")}
          options={[
            ["in true", t("in a series")],
            ["in false", t("in no series")],
            ...(choices?.series ?? []).map(({ number, label }): Option => [String(number), `${seriesNumber(number)} ${label}`]),
          ]}
          choose={(value) =>
            controller.narrow(
              value.startsWith("in ") ? { in_series: value.slice(3), series: "" } : { series: value, in_series: "" },
            )
          }
        />
      </Facet>
      <Facet label={t("Marked as")}>
        <Choice
          label={t("Marked as")}
          none={any}
          value={narrowed.mark ?? ""}
          options={coded("media_mark")}
          choose={set("mark")}
        />
      </Facet>
      <Facet label={t("Grade")}>
        <Choice
          label={t("Grade")}
          none={any}
          value={narrowed.grade ?? ""}
          options={Object.keys(GRADES).map((key) => [key, GRADES[key]?.() ?? key])}
          choose={set("grade")}
        />
      </Facet>
      <Facet label={t("Text in the picture")}>
        <input
          class="in"
          type="search"
          id="text"
          maxLength={200}
          autocomplete="off"
          aria-label={t("Text in the picture")}
          value={narrowed.text ?? ""}
          onChange={(event) => controller.narrow({ text: event.currentTarget.value.trim() })}
        />
      </Facet>
      <Facet label={t("Lists of hashes")}>
        <Choice
          label={t("Lists of hashes")}
          none={any}
          value={narrowed.known ?? ""}
          options={[
            ["true", t("on a list")],
            ["false", t("on no list")],
          ]}
          choose={set("known")}
        />
      </Facet>
    </section>
  );
}

function kinds(): Option[] {
  return [
    ["photo", t("Photo")],
    ["video", t("Video")],
  ];
}

function Facet({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <details class="facet" open>
      <summary>{label}</summary>
      <div class="stack">{children}</div>
    </details>
  );
}

function Day({ controller, name, label }: { controller: GalleryController; name: "taken_from" | "taken_to"; label: string }) {
  return (
    <label class="row">
      <span class="q2">{label}</span>
      <input
        class="in"
        type="date"
        id={name}
        value={controller.filter.value.narrowed[name] ?? ""}
        onChange={(event) => controller.narrow({ [name]: event.currentTarget.value })}
      />
    </label>
  );
}

/** What one filter is called, and what its value says. */
function tokenOf(controller: GalleryController, name: Name, value: string): [label: string, said: string] {
  const chosen = controller.choices.value?.choices.find((choice) => choice.what === name && choice.value === value);
  const said: Record<Name, () => [string, string]> = {
    exhibit: () => [t("Exhibit"), chosen?.label ?? "…"],
    country: () => [t("Country"), value.replaceAll(",", ", ")],
    kind: () => [t("Kind"), value === "video" ? t("Video") : t("Photo")],
    taken_from: () => [t("Taken from"), value],
    taken_to: () => [t("Taken up to"), value],
    is_dated: () => [t("Date in the file"), value === "true" ? t("with a usable date") : t("without a usable date")],
    camera: () => [t("Camera"), value],
    camera_key: () => [t("Camera"), t("one by its serial number")],
    lens_key: () => [t("Lens"), t("one by its serial number")],
    document_key: () => [t("Document"), t("one by its id")],
    from_document: () => [t("Documents"), value === "true" ? t("from documents alone") : t("not from documents")],
    clock: () => [t("Clock"), clockWords(value)],
    place: () => [t("Taken in"), placeName(value, chosen?.label)],
    faces_from: () => [t("Faces in it"), t("at least {n}", { n: value })],
    faces_to: () => [t("Faces in it"), t("at most {n}", { n: value })],
    quality: () => [t("Best face"), qualityWords(value)],
    in_series: () => [t("Series"), value === "true" ? t("in a series") : t("in no series")],
    series: () => [t("Series"), seriesNumber(Number(value))],
    person: () => [t("Person"), personNumber(Number(value))],
    near: () => [t("Near copies"), t("of one medium")],
    mark: () => [t("Marked as"), word("media_mark", value)],
    length_from: () => [t("Length of the video"), t("at least {n} s", { n: value })],
    length_to: () => [t("Length of the video"), t("less than {n} s", { n: value })],
    grade: () => [t("Grade"), GRADES[value]?.() ?? value],
    text: () => [t("Text in the picture"), value],
    like: () => [t("Most like"), t("one photo")],
    like_face: () => [t("Most like"), t("one face")],
    known: () => [t("Lists of hashes"), value === "true" ? t("on a list") : t("on no list")],
  };
  return said[name]();
}

export function Tokens({ controller }: { controller: GalleryController }) {
  const { filter } = controller;
  const set = NAMES.filter((name) => filter.value.narrowed[name]);
  const counts = controller.counts.value;
  return (
    <div class="tokens" role="group" aria-label={t("Filters")}>
      {set.map((name) => {
        const [label, said] = tokenOf(controller, name, filter.value.narrowed[name] ?? "");
        return (
          <span key={name} class="token">
            <span class="q">{label}</span>
            <b>
              <bdi>{said}</bdi>
            </b>
            <button
              class="btn quiet small"
              type="button"
              aria-label={t("Take away the filter {name}", { name: label })}
              onClick={() => controller.narrow({ [name]: "" })}
            >
              <Icon name="x" />
            </button>
          </span>
        );
      })}
      {set.length > 1 && (
        <button
          class="btn quiet"
          type="button"
          onClick={() => {
            filter.value = { ...filter.value, narrowed: NO_FILTER.narrowed };
          }}
        >
          {t("Clear")}
        </button>
      )}
      <button class="btn quiet" type="button" onClick={() => document.getElementById("facets")?.focus()}>
        {t("Filter")} <Key name="/" />
      </button>
      {counts && (
        <span class="push q2 nw">
          <b>{counts.media}</b> {t("media fit")} · <b>{counts.media - counts.seen - counts.judged}</b> {t("to look at")}
          {counts.unread > 0 && ` · ${t("{n} still being read", { n: counts.unread })}`}
        </span>
      )}
    </div>
  );
}
