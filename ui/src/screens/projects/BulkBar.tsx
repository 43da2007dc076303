import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { selection } from "../../state/selection";
import { go } from "../../state/route";

/** What can be done with the selected projects. */
export function BulkBar({ selected, outOfView, all, onSelectAll }: {
  selected: number;
  outOfView: number;
  /** Projects that pass the filter, when selecting them all is on offer. */
  all: number | null;
  onSelectAll: () => void;
}) {
  const { t } = useTranslation();
  return (
    <div className="bulk" role="toolbar" aria-label={t("projects.bulk", { count: selected })}>
      <span role="status">
        <b className="b">{t("projects.selected", { count: selected })}</b>
        {outOfView > 0 && <>{", "}<span className="t3">{t("projects.outOfView", { count: outOfView })}</span></>}
      </span>
      {all !== null && <Button kind="ghost" onClick={onSelectAll}>{t("projects.selectAll", { count: all })}</Button>}
      <Button kind="filled" icon="plus" onClick={() => go({ screen: "bulk" })}>{t("projects.addRule")}</Button>
      <Button kind="ghost" kbd="Esc" onClick={selection.clear}>{t("projects.clear")}</Button>
    </div>
  );
}
