import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { t } from "./say/t";

/** Asks before a draft is thrown away. */
export function DiscardDialog({ changes, onKeep, onDiscard }: { changes: number; onKeep: () => void; onDiscard: () => void }) {
  return (
    <Dialog
      title={t("rules.editor.keptTitle")}
      width={600}
      onClose={onKeep}
      foot={
        <>
          <span className="grow" />
          <Button size="lg" onClick={onKeep}>
            {t("rules.editor.keepEditing")}
          </Button>
          <Button size="lg" kind="filled" danger onClick={onDiscard}>
            {t("rules.editor.discardAll")}
          </Button>
        </>
      }
    >
      <p style={{ padding: "16px 20px" }}>{t("rules.editor.keptText", { count: changes })}</p>
    </Dialog>
  );
}
