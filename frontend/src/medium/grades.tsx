/** The grades of a medium: which stand, who gave which, what a list says of it, and the categories that one may give. */
import { t } from "../core/i18n";
import type { MediumGrades, StandingGrade, StandingTable } from "../shared/answers";
import { Icon, Key } from "../shared/icon";
import { Name } from "../shared/name";
import { when } from "../shared/time";
import type { GradesOfMedium } from "./grading";

export function Grades({ grades }: { grades: GradesOfMedium }) {
  const page = grades.page.value;
  const refusal = grades.refusal.value;
  return (
    <section class="panel" aria-labelledby="grades-h">
      <header>
        <h2 id="grades-h">{t("Grades")}</h2>
        <a class="push" href={`${grades.facts.base}/grading`}>
          {t("Tables of the countries")}
        </a>
      </header>
      <div class="body stack">
        {page && <Standing page={page} />}
        {grades.tables().map((table) => (
          <Table key={table.id} table={table} grades={grades} />
        ))}
        {page && <Given grades={grades} page={page} />}
        {page && <Proposals grades={grades} page={page} />}
        <Undo grades={grades} />
        {refusal && (
          <p role="alert">
            <Icon name="warn" /> {refusal}
          </p>
        )}
      </div>
    </section>
  );
}

function Standing({ page }: { page: MediumGrades }) {
  return (
    <dl class="kv">
      {page.standing.map((each) => (
        <>
          <dt>
            <bdi>{each.country}</bdi> {each.is_owners && <span class="q2">{t("the owner")}</span>}
          </dt>
          <dd>{saidOf(each, page)}</dd>
        </>
      ))}
      {!page.standing.some((each) => each.is_owners) && (
        <>
          <dt>
            <bdi>{page.owner}</bdi> <span class="q2">{t("the owner")}</span>
          </dt>
          <dd>{t("not graded")}</dd>
        </>
      )}
      {page.in_files.map((each) => (
        <>
          <dt>{t("Stated in the file")}</dt>
          <dd>
            <bdi>{each.number}</bdi>{" "}
            <span class="q2">
              <bdi>{each.list}</bdi> · <bdi>{each.source}</bdi>
            </span>
          </dd>
        </>
      ))}
    </dl>
  );
}

function saidOf(each: StandingGrade, page: MediumGrades) {
  if (each.number !== null) {
    return (
      <b>
        <bdi>
          {each.number} {each.label ?? ""}
        </bdi>
      </b>
    );
  }
  return (
    <>
      {t("{n} of {of} people so far", { n: each.votes, of: page.votes_needed })}
      {each.is_conflict && (
        <>
          {" "}
          <span class="chip warn">
            <Icon name="warn" /> {t("people differ")}
          </span>
        </>
      )}
    </>
  );
}

function Table({ table, grades }: { table: StandingTable; grades: GradesOfMedium }) {
  const isOwn = table.country === grades.facts.country;
  const mine = grades.page.value?.given.find((each) => each.is_mine && each.country === table.country)?.number;
  return (
    <div class="stack" role="group" aria-label={t("Grade by the table of {country}", { country: table.country })}>
      <span class="q">{t("Grade by the table of {country}", { country: table.country })}</span>
      <div class="row wrap">
        {table.categories.map((each) => (
          <button
            key={each.number}
            class="btn small"
            type="button"
            title={each.meaning || undefined}
            aria-pressed={mine === each.number}
            aria-keyshortcuts={isOwn && each.number < 10 ? String(each.number) : undefined}
            onClick={() => grades.give({ country: table.country, number: each.number })}
          >
            {isOwn && each.number < 10 ? <Key name={String(each.number)} /> : <b>{each.number}</b>} <bdi>{each.label}</bdi>
          </button>
        ))}
      </div>
    </div>
  );
}

function Given({ grades, page }: { grades: GradesOfMedium; page: MediumGrades }) {
  const { zone } = grades.facts;
  const now = Date.now();
  if (!page.given.length) return null;
  return (
    <ul class="stack">
      {page.given.map((each) => (
        <li key={`${each.country} ${each.by.id}`}>
          <bdi>{each.by.country}</bdi> · <Name who={each.by} />{" "}
          {each.number === null ? (
            <span class="q">{t("has graded it; you read how once you have")}</span>
          ) : (
            <bdi>
              {each.country} {each.number} {each.label ?? ""}
            </bdi>
          )}{" "}
          <span class="q2">
            <bdi>{when(each.at, zone, now)}</bdi>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** What was proposed to the owner, and where it is proposed and answered. */
function Proposals({ grades, page }: { grades: GradesOfMedium; page: MediumGrades }) {
  const address = `${grades.facts.base}/proposals?medium=${page.id}`;
  const waiting = page.proposals.filter((each) => each.answer === null);
  const canPropose = page.owner !== page.mine && page.votes_needed === 1;
  if (!canPropose && !page.proposals.length) return null;
  return (
    <p>
      {waiting.map((each) => (
        <span key={each.id}>
          {t("Proposed by {country}: {grade}", {
            country: each.by.country,
            grade: `${each.value} ${each.label ?? ""}`.trim(),
          })}{" "}
          <span class="q2">{t("waits for the owner")}</span>{" "}
        </span>
      ))}
      <a href={address}>{canPropose ? t("Propose a grade to the owner") : t("Proposals")}</a>
    </p>
  );
}

function Undo({ grades }: { grades: GradesOfMedium }) {
  const done = grades.done.value;
  if (!done) return null;
  return (
    <p class="undo">
      <Icon name="check" /> {done.told}{" "}
      {done.act && (
        <button class="btn small" type="button" onClick={() => grades.undo()}>
          {t("Undo")} <Key name="U" />
        </button>
      )}
    </p>
  );
}
