import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { Button } from "../../components/Button";
import { ErrorCode } from "../../components/ErrorNotice";
import { Message } from "../../components/Message";
import { call } from "../../ipc/client";
import { runJob } from "../../ipc/jobs";
import { useShortcuts } from "../../state/keys";
import { keys } from "../../state/queries";
import { ReviewDialog } from "../review/ReviewDialog";
import { DiscardDialog } from "./DiscardDialog";
import { changesIn } from "./draft";
import type { RuledProject } from "./ruled";
import { t } from "./say/t";
import type { OpenDraft } from "./useDraft";

export type DraftFootProps = {
  project: RuledProject;
  open: OpenDraft;
  /** Why what has changed cannot be reviewed; `null`: it can. */
  whyNot: string | null;
};

/** The end of an editor: what is to be done with the draft, and the dialogs that do it. */
export function DraftFoot({ project, open, whyNot }: DraftFootProps) {
  const { row } = project;
  const { draft } = open.state;
  const [dialog, setDialog] = useState<"review" | "discard" | null>(null);
  const queries = useQueryClient();
  const changes = changesIn(draft);
  const whyNoReview = changes === 0 ? t("rules.editor.reviewNothing") : whyNot;
  const review = () => {
    if (whyNoReview === null) setDialog("review");
  };
  /** Reads the rules that others changed; the draft is put upon them when they come. */
  const readAgain = () => {
    open.expectResult();
    const reload = () => queries.invalidateQueries({ queryKey: keys.project(row.id) });
    runJob(call("project_refresh", row.id)).done.then(reload, reload);
  };
  useShortcuts({ "ctrl+enter": review });

  return (
    <>
      {open.outdated ? <Outdated onCompare={open.compare} onDiscard={open.discard} /> : null}
      <div className="efoot">
        <Button kind="ghost" disabledReason={changes === 0 ? t("rules.editor.reviewNothing") : null} onClick={() => setDialog("discard")}>
          {t("rules.editor.discard")}
        </Button>
        <span className="f12 t3 trunc" role="status">
          {changes === 0 ? "" : t("rules.editor.unsaved", { count: changes })}
        </span>
        <span className="grow" />
        <Button kind="filled" kbd="Ctrl Enter" disabledReason={whyNoReview} onClick={review}>
          {t("rules.editor.review")}
        </Button>
      </div>
      {dialog === "review" ? (
        <ReviewDialog
          request={{ plan: "project", project: row.id, draft }}
          where={`${row.group === "" ? "" : `${row.group}/`}${row.name}`}
          onClose={() => setDialog(null)}
          onApplied={() => {
            open.expectResult();
            void queries.invalidateQueries({ queryKey: keys.inventory });
          }}
          onCompare={() => {
            setDialog(null);
            if (open.outdated) open.compare();
            else readAgain();
          }}
          onDiscard={() => {
            setDialog(null);
            open.discard();
            readAgain();
          }}
        />
      ) : null}
      {dialog === "discard" ? (
        <DiscardDialog
          changes={changes}
          onKeep={() => setDialog(null)}
          onDiscard={() => {
            setDialog(null);
            open.discard();
          }}
        />
      ) : null}
    </>
  );
}

function Outdated({ onCompare, onDiscard }: { onCompare: () => void; onDiscard: () => void }) {
  return (
    <div className="ed-strip">
      <Message
        severity="warning"
        role="alert"
        title={t("rules.editor.changedTitle")}
        actions={
          <>
            <Button size="sm" onClick={onCompare}>
              {t("rules.editor.compare")}
            </Button>
            <Button size="sm" kind="ghost" onClick={onDiscard}>
              {t("rules.editor.discardDraft")}
            </Button>
            <ErrorCode code="rules.conflict" />
          </>
        }
      >
        {t("rules.editor.changedText")}
      </Message>
    </div>
  );
}
