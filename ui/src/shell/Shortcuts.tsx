import { useTranslation } from "react-i18next";
import { Dialog } from "../components/Dialog";
import { Message } from "../components/Message";
import { useSettings } from "../state/app";

type Line = readonly [keys: readonly string[], says: "palette" | "filter" | "shortcuts" | "sections" | "sync" | "region" | "back" | "row" | "open" | "select" | "selectAll" | "range" | "inspector" | "ends" | "newRule" | "editRule" | "deleteRule" | "review" | "undo" | "fix" | "problems" | "simulate" | "neighbour"];

const GROUPS: readonly { title: "everywhere" | "lists" | "editing" | "moving"; lines: readonly Line[] }[] = [
  { title: "everywhere", lines: [[["Ctrl K"], "palette"], [["/"], "filter"], [["?"], "shortcuts"], [["Ctrl R"], "sync"], [["F6"], "region"], [["Esc"], "back"]] },
  { title: "moving", lines: [[["Ctrl 1…4"], "sections"], [["[", "]"], "neighbour"], [["S"], "simulate"]] },
  { title: "lists", lines: [[["J", "K"], "row"], [["Home", "End"], "ends"], [["Enter"], "open"], [["F2"], "inspector"], [["Space"], "select"], [["Shift ↑↓"], "range"], [["Ctrl A"], "selectAll"]] },
  { title: "editing", lines: [[["N"], "newRule"], [["E"], "editRule"], [["Delete"], "deleteRule"], [["Ctrl Enter"], "review"], [["Ctrl Z", "Ctrl Shift Z"], "undo"], [["Alt F"], "fix"], [["F8", "Shift F8"], "problems"]] },
];

export default function Shortcuts({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { single_letters } = useSettings();
  return (
    <Dialog title={t("shell.keys.title")} width={600} onClose={onClose}>
      <div className="keys">
        {!single_letters && <div className="wide"><Message severity="note">{t("shell.keys.lettersOff")}</Message></div>}
        {GROUPS.map((group) => (
          <section key={group.title} aria-label={t(`shell.keys.${group.title}`)}>
            <h3>{t(`shell.keys.${group.title}`)}</h3>
            <dl>
              {group.lines.map(([combos, says]) => (
                <div key={says}>
                  <dt>{t(`shell.keys.${says}`)}</dt>
                  <dd>{combos.map((combo) => <kbd key={combo}>{combo}</kbd>)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
