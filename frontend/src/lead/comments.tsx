/** What people say about the lead in words: comments, each in the language it is written in. */
import { rich, t } from "../core/i18n";
import { Choice } from "../shared/choice";
import { Name } from "../shared/name";
import type { LeadController } from "./controller";
import { Faults, Field, submitting, Time } from "./parts";
import type { LeadPage } from "./types";

const LANGUAGES = ["en", "es", "pt", "fr", "ar"].map((code) => [code, code] as const);

export function Comments({ controller, page }: { controller: LeadController; page: LeadPage }) {
  return (
    <section class="panel" aria-labelledby="co">
      <header>
        <h2 id="co">{t("Comments")}</h2>
        <span class="q">{page.comments.length || ""}</span>
      </header>
      <div class="body stack">
        <Faults controller={controller} part="comment" />
        {!page.comments.length && <p class="q">{t("Nobody has commented yet.")}</p>}
        <ol class="comments">
          {page.comments.map((comment) => (
            <li key={comment.id}>
              <p class="q">
                {rich("{name}, {time}", {
                  name: (
                    <b class="q2">
                      <Name who={comment.author} />
                    </b>
                  ),
                  time: <Time controller={controller} at={comment.created_at} />,
                })}
              </p>
              <p lang={comment.language} dir="auto" translate>
                {comment.body}
              </p>
            </li>
          ))}
        </ol>
        {page.permissions.comment_on_lead && (
          <form
            autocomplete="off"
            class="stack"
            data-draft="comment"
            onSubmit={submitting(({ body, language }) =>
              controller.send("comment", "POST", `${controller.path}/comments`, { body, language }),
            )}
          >
            <Field
              id="co-body"
              label={t("Comment")}
              hint={t("No opinion on the pair here: the next examiner must not read yours.")}
            >
              <textarea class="in" id="co-body" name="body" required maxLength={8000} dir="auto" />
            </Field>
            <div class="row">
              <label class="q2" for="co-language">
                {t("Written in")}
              </label>
              <Choice narrow id="co-language" name="language" options={LANGUAGES} value={document.documentElement.lang} />
              <button type="submit" class="btn push" disabled={controller.offline.value}>
                {t("Comment")}
              </button>
            </div>
          </form>
        )}
      </div>
    </section>
  );
}
