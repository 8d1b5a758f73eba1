/** What people say about the lead in words. */
import { t } from "../core/i18n";
import { Threads } from "../shared/threads";
import type { LeadController } from "./controller";
import type { LeadPage } from "./types";

export function Comments({ controller, page }: { controller: LeadController; page: LeadPage }) {
  return (
    <Threads
      controller={controller}
      comments={page.comments}
      may={page.permissions.comment_on_lead ?? false}
      path={controller.path}
      leaves={page.permissions.export_annotations && page.comments.length + page.annotations.length > 0}
      hint={t("No opinion on the pair here: the next examiner must not read yours.")}
    />
  );
}
