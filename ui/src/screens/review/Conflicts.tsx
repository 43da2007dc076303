import { Button } from "../../components/Button";
import { ErrorCode } from "../../components/ErrorNotice";
import { Message } from "../../components/Message";
import type { ConflictView } from "../../ipc/bindings";
import { Rich } from "../rules/say/Rich";
import { t } from "../rules/say/t";
import { selectorText, value } from "../rules/say/values";

/** Somebody else changed the rules since the draft was begun. */
export function Conflicts(props: { conflicts: readonly ConflictView[]; onCompare: () => void; onDiscard: () => void }) {
  return (
    <Message
      severity="warning"
      role="alert"
      title={t("review.conflictTitle")}
      actions={
        <>
          <Button kind="filled" onClick={props.onCompare}>
            {t("review.compare")}
          </Button>
          <Button kind="ghost" onClick={props.onDiscard}>
            {t("review.discardDraft")}
          </Button>
          <ErrorCode code="rules.conflict" />
        </>
      }
    >
      <ul>
        {props.conflicts.map((conflict, index) => (
          <li key={index}>
            <Rich text={say(conflict)} />
          </li>
        ))}
      </ul>
      {t("review.conflictText")}
    </Message>
  );
}

function say({ was, now }: ConflictView): string {
  const before = was === null ? "" : value(selectorText(was.rule.tags));
  const after = now === null ? "" : value(selectorText(now.rule.tags));
  if (was === null) return t("review.conflictAdded", { pattern: after });
  if (now === null) return t("review.conflictDeleted", { pattern: before });
  return before === after ? t("review.conflictRoles", { pattern: after }) : t("review.conflictChanged", { was: before, now: after });
}
