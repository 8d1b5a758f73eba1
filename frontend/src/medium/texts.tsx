/** What a machine read in the picture: hints for «which country?», not verified. Asked for by itself, so that the page waits for nothing. */
import { useEffect, useState } from "preact/hooks";
import { call, Refusal } from "../core/api";
import { currentLanguage, t } from "../core/i18n";
import type { MediumPage, MediumTexts, TextInMedium } from "../shared/answers";
import { Icon } from "../shared/icon";
import { length } from "../shared/time";

export function Texts({ page, base }: { page: MediumPage; base: string }) {
  const [texts, setTexts] = useState<MediumTexts | null>(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    call<MediumTexts>("GET", `/api/v1/items/${page.id}/texts`).then(setTexts, (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      setFailure(error.message);
    });
  }, [page.id]);
  return (
    <section class="panel" aria-labelledby="texts-h">
      <header>
        <h2 id="texts-h">{t("Text in the picture")}</h2>
        <span class="chip warn push">
          <Icon name="warn" /> {t("not verified")}
        </span>
      </header>
      <div class="body stack">
        {failure && <p role="alert">{failure}</p>}
        {!texts && !failure && <p class="q">{t("Loading…")}</p>}
        {texts && <Read texts={texts} base={base} />}
      </div>
    </section>
  );
}

function Read({ texts, base }: { texts: MediumTexts; base: string }) {
  if (!texts.read_at) return <p class="q">{t("Nobody has looked for text yet: it is done when no other work waits.")}</p>;
  return (
    <>
      <ul class="stack">
        {texts.lines.map((line) => (
          <li key={`${line.body} ${line.at_s} ${line.box}`}>
            <Line line={line} base={base} />
          </li>
        ))}
      </ul>
      {!texts.lines.length && <p class="q">{t("No text was found.")}</p>}
      {texts.lines.length < texts.lines_of && (
        <p class="q">{t("The first {n} of {of} lines are shown.", { n: texts.lines.length, of: texts.lines_of })}</p>
      )}
      {!texts.is_whole && <p>{t("It could not be looked at as a whole.")}</p>}
      <p class="q2">
        {t("A program reads {scripts}. Text in other scripts is not found.", { scripts: named(texts.reads, "script") })}
      </p>
    </>
  );
}

function Line({ line, base }: { line: TextInMedium; base: string }) {
  return (
    <>
      <a href={`${base}/gallery?${new URLSearchParams({ text: line.body, folded: "no" })}`}>
        <bdi>{line.body}</bdi>
      </a>{" "}
      <span class="q2">
        {line.at_s !== null && `${length(line.at_s)} · `}
        {t("{n} % sure", { n: Math.round(line.score * 100) })}
        {line.languages.length > 0 && ` · ${named(line.languages, "language")}`}
        {line.countries.length > 0 && ` · ${t("official in {countries}", { countries: line.countries.join(", ") })}`}
      </span>
    </>
  );
}

/** Codes of languages or scripts by their names in the viewer's language. */
function named(codes: readonly string[], type: "language" | "script"): string {
  const names = new Intl.DisplayNames(currentLanguage(), { type });
  return codes.map((code) => names.of(code) ?? code).join(", ");
}
