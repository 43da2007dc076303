// Ctrl K: go to a project or a screen, or run something.
import { Dialog } from "@base-ui/react/dialog";
import { useEffect, useId, useRef, useState } from "react";
import type { KeyboardEvent } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../components/Icon";
import type { Route } from "../state/route";
import { highlighted, readQuery } from "./paletteItems";
import type { PaletteItem } from "./paletteItems";
import { usePaletteItems } from "./usePaletteItems";

const GROUPS = ["goTo", "actions", "settings"] as const;

export default function Palette({ route, onClose }: { route: Route; onClose: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(0);
  const items = usePaletteItems(typed, route);
  const at = Math.min(active, Math.max(0, items.length - 1));
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: "nearest" });
  }, [id, at]);

  const run = (item: PaletteItem | undefined, second: boolean) => {
    if (!item) return;
    // Closed first: what runs may open another layer.
    onClose();
    if (second && item.second) item.second();
    else item.run();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setActive((at + 1) % Math.max(1, items.length));
    else if (event.key === "ArrowUp") setActive((at - 1 + items.length) % Math.max(1, items.length));
    else if (event.key === "Enter") run(items[at], event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  };
  const { query } = readQuery(typed);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim-b" />
        <Dialog.Viewport className="scrim-v palette-v">
          <Dialog.Popup className="dlg palette" style={{ width: 600 }} initialFocus={field} aria-label={t("shell.palette.title")}>
            <div className="palette-h">
              <Icon name="search" size="m" />
              <input
                ref={field}
                role="combobox"
                aria-label={t("shell.search")}
                aria-expanded="true"
                aria-controls={`${id}-list`}
                aria-activedescendant={items.length > 0 ? `${id}-${at}` : undefined}
                aria-autocomplete="list"
                autoComplete="off"
                spellCheck={false}
                placeholder={t("shell.palette.placeholder")}
                value={typed}
                onChange={(event) => {
                  setTyped(event.target.value);
                  setActive(0);
                }}
                onKeyDown={press}
              />
              <span className="sr" role="status">{t("shell.palette.results", { count: items.length })}</span>
            </div>
            <div className="palette-l" role="listbox" id={`${id}-list`} aria-label={t("shell.palette.title")}>
              {items.length === 0 && <p className="t3" role="presentation">{t("shell.palette.nothing", { query: typed })}</p>}
              {GROUPS.map((group) => items.some((item) => item.group === group) && (
                <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
                  <div className="f11 t3 palette-g" id={`${id}-${group}`}>{t(`shell.palette.${group}`)}</div>
                  {items.map((item, index) => item.group === group && (
                    <Item key={item.id} item={item} id={`${id}-${index}`} active={index === at} query={query} onPoint={() => setActive(index)} onRun={(second) => run(item, second)} />
                  ))}
                </div>
              ))}
            </div>
            <footer className="f11 t3">
              <span className="row"><kbd>↑</kbd><kbd>↓</kbd>{t("shell.palette.move")}</span>
              <span className="row"><kbd>Enter</kbd>{t("shell.palette.open")}</span>
              <span className="row"><kbd>Ctrl Enter</kbd>{t("shell.palette.second")}</span>
              <span className="grow" />
              <span>{t("shell.palette.hint")}</span>
            </footer>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Item({ item, id, active, query, onPoint, onRun }: { item: PaletteItem; id: string; active: boolean; query: string; onPoint: () => void; onRun: (second: boolean) => void }) {
  return (
    <div
      role="option"
      id={id}
      aria-selected={active}
      className="palette-i"
      // Moving the pointer chooses; a list that scrolls under a still pointer does not.
      onMouseMove={active ? undefined : onPoint}
      onMouseDown={(event) => {
        event.preventDefault();
        onRun(event.ctrlKey || event.metaKey);
      }}
    >
      <span className={active ? "ok" : "t2"}><Icon name={item.icon} size="m" /></span>
      <span className="m trunc">
        {highlighted(item.label, query).map((piece, index) => (piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text))}
      </span>
      {item.hint && <span className="f12 t3 trunc">{item.hint}</span>}
      <span className="grow" />
      {(item.kbd || active) && <kbd aria-hidden="true">{item.kbd ?? "Enter"}</kbd>}
    </div>
  );
}
