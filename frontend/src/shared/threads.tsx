/** What people say of a lead or a medium: threads of comments, each in the language it is written in, with every wording. */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { call, Refusal } from "../core/api";
import { rich, t, tn, word } from "../core/i18n";
import type { Comment } from "./answers";
import { Calling, Calls } from "./calls";
import { Choice } from "./choice";
import { dropDraft } from "./keeping";
import { Name } from "./name";
import { Act, type Acting, Faults, Field, submitting, Time } from "./parts";

const LANGUAGES = ["en", "es", "pt", "fr", "ar"].map((code) => [code, code] as const);

interface ThreadsProps {
  controller: Acting;
  comments: readonly Comment[];
  /** Whether the viewer may say something now. */
  may: boolean;
  /** The address of what it is about; comments and readers stand below it. */
  path: string;
  hint: string;
  /** Whether what is said may leave as a file; asks for the passkey. */
  leaves?: boolean;
}

/** What is open for writing: an answer to a thread, or another wording of a comment. */
interface Writing {
  what: "answer" | "edit";
  id: string;
}

export function Threads(props: ThreadsProps) {
  const { controller, comments, may } = props;
  const writing = useSignal<Writing | null>(null);
  const ids = new Set(comments.map((comment) => comment.id));
  const begins = comments.filter((comment) => comment.thread === null || !ids.has(comment.thread));
  useEffect(() => {
    document.getElementById(location.hash.slice(1))?.scrollIntoView({ block: "center" });
  }, [comments.length > 0]);
  return (
    <section class="panel" aria-labelledby="co">
      <header>
        <h2 id="co">{t("Comments")}</h2>
        <span class="q">{comments.length || ""}</span>
        {props.leaves && (
          <a class="btn small push" href={`${props.path}/annotations.jsonld`} download data-asks-passkey>
            {t("Export (W3C)")}
          </a>
        )}
      </header>
      <div class="body stack">
        <Faults controller={controller} part="comment" />
        {!comments.length && <p class="q">{t("Nobody has commented yet.")}</p>}
        <ol class="comments">
          {begins.map((comment) => (
            <Thread
              key={comment.id}
              {...props}
              first={comment}
              answers={comments.filter((each) => each.thread === comment.id)}
              writing={writing}
            />
          ))}
        </ol>
        {may && <NewComment {...props} />}
      </div>
    </section>
  );
}

interface ThreadProps extends ThreadsProps {
  first: Comment;
  answers: readonly Comment[];
  writing: Signal<Writing | null>;
}

function Thread(props: ThreadProps) {
  const { controller, first, answers, writing, may } = props;
  const isRoot = first.thread === null;
  const lines = (
    <>
      <Line {...props} comment={first} />
      {answers.length > 0 && (
        <ol class="comments answers">
          {answers.map((comment) => (
            <li key={comment.id}>
              <Line {...props} comment={comment} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
  return (
    <li>
      {first.resolved ? (
        <details open={[first, ...answers].some((comment) => comment.calls_me)}>
          <summary>
            {rich("Resolved by {name}: {n}", {
              name: <Name who={first.resolved.by} />,
              n: tn("{n} comment", "{n} comments", answers.length + 1),
            })}
          </summary>
          {lines}
        </details>
      ) : (
        lines
      )}
      {may && isRoot && (
        <p class="row wrap">
          {!first.resolved && (
            <button class="btn small quiet" type="button" onClick={() => open(writing, { what: "answer", id: first.id })}>
              {t("Answer")}
            </button>
          )}
          <Act
            controller={controller}
            part="comment"
            kind="small quiet"
            act={() =>
              controller.send("comment", "POST", `/api/v1/comments/${first.id}/${first.resolved ? "reopen" : "resolve"}`)
            }
          >
            {first.resolved ? t("Take up again") : t("Resolve")}
          </Act>
        </p>
      )}
      {may && writing.value?.what === "answer" && writing.value.id === first.id && <AnswerForm {...props} />}
    </li>
  );
}

function open(writing: Signal<Writing | null>, next: Writing): void {
  writing.value = next;
  // The field is drawn in the microtask before: what is typed next is meant for it, and a letter before it would be a key.
  queueMicrotask(() => document.getElementById(`${next.what}-${next.id}`)?.focus());
}

function Line({ controller, comment, writing, may }: ThreadProps & { comment: Comment }) {
  const isEdited = writing.value?.what === "edit" && writing.value.id === comment.id;
  return (
    <div id={`comment-${comment.id}`} class={comment.calls_me ? "said calls" : "said"}>
      {comment.calls_me && <Seen id={comment.id} />}
      <p class="q">
        {rich("{name}, {time}", {
          name: (
            <b class="q2">
              <Name who={comment.author} />
            </b>
          ),
          time: <Time controller={controller} at={comment.created_at} />,
        })}{" "}
        {comment.called.length > 0 && <Called comment={comment} />}
        {comment.calls_me && <b class="chip warn">{t("calls you")}</b>}
      </p>
      {isEdited ? (
        <EditForm controller={controller} comment={comment} close={() => close(writing, `edit-${comment.id}`)} />
      ) : (
        <>
          <p lang={comment.language} dir="auto" translate>
            {comment.body}
          </p>
          {comment.mine && may && (
            <button class="btn small quiet" type="button" onClick={() => open(writing, { what: "edit", id: comment.id })}>
              {t("Change")}
            </button>
          )}
        </>
      )}
      {comment.edited_at && <Earlier controller={controller} comment={comment} />}
    </div>
  );
}

function Called({ comment }: { comment: Comment }) {
  return (
    <span class="q2">
      {t("to")}{" "}
      {comment.called.map(({ name, is_group }, index) => (
        <span key={name}>
          {index > 0 && ", "}@<bdi>{is_group ? word("role", name) : name}</bdi>
        </span>
      ))}{" "}
    </span>
  );
}

/** What stood there before, for whoever reads the comment. */
function Earlier({ controller, comment }: { controller: Acting; comment: Comment }) {
  return (
    <details class="earlier">
      <summary>{rich("edited {time}", { time: <Time controller={controller} at={comment.edited_at ?? ""} /> })}</summary>
      <ol class="stack">
        {comment.earlier.map((wording) => (
          <li key={wording.written_at} class="q2">
            <Time controller={controller} at={wording.written_at} />:{" "}
            <span lang={wording.language} dir="auto" translate>
              {wording.body}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Tells that a comment which calls the viewer was on the screen. */
function Seen({ id }: { id: string }) {
  const mark = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const watch = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting) || document.hidden) return;
      watch.disconnect();
      void tellRead(id);
    });
    if (mark.current) watch.observe(mark.current);
    return () => watch.disconnect();
  }, [id]);
  return <span ref={mark} aria-hidden="true" />;
}

async function tellRead(id: string): Promise<void> {
  try {
    await call("POST", `/api/v1/comments/${id}/read`);
  } catch (error) {
    // It waits on, and is told with the next look.
    if (!(error instanceof Refusal)) throw error;
  }
}

function close(writing: Signal<Writing | null>, draft: string): void {
  dropDraft(draft);
  writing.value = null;
}

function LanguageField({ id }: { id: string }) {
  return (
    <>
      <label class="q2" for={id}>
        {t("Written in")}
      </label>
      <Choice narrow id={id} name="language" options={LANGUAGES} value={document.documentElement.lang} />
    </>
  );
}

function NewComment({ controller, path, hint }: ThreadsProps) {
  const calls = useSignal<Calls>(Calls.nobody);
  return (
    <form
      autocomplete="off"
      class="stack"
      data-draft="comment"
      onSubmit={submitting(async ({ body, language }) => {
        const said = { body, language, ...calls.peek().asBody() };
        const done = await controller.send("comment", "POST", `${path}/comments`, said);
        if (done !== null) calls.value = Calls.nobody;
        return done;
      })}
    >
      <Field id="co-body" label={t("Comment")} hint={hint}>
        <textarea class="in" id="co-body" name="body" required maxLength={8000} dir="auto" />
      </Field>
      <Calling path={path} calls={calls} />
      <div class="row wrap">
        <LanguageField id="co-language" />
        <button type="submit" class="btn push" disabled={controller.offline.value}>
          {t("Comment")}
        </button>
      </div>
    </form>
  );
}

function AnswerForm({ controller, path, first, writing }: ThreadProps) {
  const calls = useSignal<Calls>(Calls.nobody);
  const id = `answer-${first.id}`;
  return (
    <form
      autocomplete="off"
      class="stack answers"
      data-draft={id}
      onSubmit={submitting(async ({ body, language }) => {
        const said = { body, language, thread: first.id, ...calls.peek().asBody() };
        const done = await controller.send("comment", "POST", `${path}/comments`, said);
        if (done !== null) close(writing, id);
        return done;
      })}
    >
      <Field id={id} label={t("Answer")}>
        <textarea class="in" id={id} name="body" required maxLength={8000} dir="auto" />
      </Field>
      <Calling path={path} calls={calls} />
      <div class="row wrap">
        <LanguageField id={`${id}-language`} />
        <button type="submit" class="btn push" disabled={controller.offline.value}>
          {t("Answer")}
        </button>
        <button type="button" class="btn quiet" onClick={() => close(writing, id)}>
          {t("Cancel")}
        </button>
      </div>
    </form>
  );
}

function EditForm({ controller, comment, close: stop }: { controller: Acting; comment: Comment; close: () => void }) {
  const id = `edit-${comment.id}`;
  return (
    <form
      autocomplete="off"
      class="stack"
      data-draft={id}
      onSubmit={submitting(async ({ body }) => {
        const said = { version: comment.version, body, language: comment.language };
        const done = await controller.send("comment", "PATCH", `/api/v1/comments/${comment.id}`, said);
        if (done !== null) stop();
        return done;
      })}
    >
      <Field id={id} label={t("Words of the comment")} hint={t("What stands there now stays to be read under «edited».")}>
        <textarea class="in" id={id} name="body" required maxLength={8000} dir="auto" defaultValue={comment.body} />
      </Field>
      <div class="row wrap">
        <button type="submit" class="btn" disabled={controller.offline.value}>
          {t("Change the words")}
        </button>
        <button type="button" class="btn quiet" onClick={stop}>
          {t("Cancel")}
        </button>
      </div>
    </form>
  );
}
