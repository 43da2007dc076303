import { useRef, useState, type KeyboardEvent, type ReactNode } from "react";

import { useShortcuts } from "../../state/keys";
import { number } from "../../format";
import type { TagOutcome } from "../../ipc/bindings";
import { OutcomeFilter } from "./OutcomeFilter";
import { PreviewHead, PreviewPane, type PreviewPaneProps } from "./PreviewPane";
import { Splitter, useSplit } from "./Splitter";
import { t } from "./say/t";
import { useMedia } from "../../state/media";
import { useStore } from "../../state/store";

export type PanesProps = {
  list: ReactNode;
  /** Title of the editor, and what stands at the end of its head. */
  title: ReactNode;
  aside: ReactNode;
  editor: ReactNode;
  foot: ReactNode;
  preview: PreviewPaneProps;
  /** Messages in the editor. */
  messages: number;
};

/** List, editor and preview side by side; in a narrow window editor and preview share a place. */
export function Panes(props: PanesProps) {
  const narrow = useMedia("(max-width: 1199px)");
  const left = useSplit("rules-list", 262, 220, 420);
  const right = useSplit("rules-preview", 404, 320, 640);
  if (narrow) return <Narrow {...props} left={left} />;
  return (
    <div className="tri" style={{ gridTemplateColumns: `${left.width}px minmax(0, 1fr) ${right.width}px` }}>
      {props.list}
      <section className="ed" aria-label={t("rules.editor.label")}>
        <Splitter split={left} side="left" />
        <div className="phead">
          <h2 className="trunc">{props.title}</h2>
          <span className="grow" />
          {props.aside}
        </div>
        {props.editor}
        {props.foot}
      </section>
      <div className="pv-side">
        <Splitter split={right} side="right" />
        <PreviewPane {...props.preview} />
      </div>
    </div>
  );
}

type Tab = "edit" | "preview";

function Narrow(props: PanesProps & { left: ReturnType<typeof useSplit> }) {
  const { preview } = props;
  const live = useStore(preview.live);
  const [tab, setTab] = useState<Tab>("edit");
  const box = useRef<HTMLElement>(null);
  useShortcuts({ "ctrl+tab": () => setTab(tab === "edit" ? "preview" : "edit") });

  const show = (outcome: TagOutcome) => {
    if (tab === "preview") preview.onToggle(outcome);
    else {
      if (!preview.outcomes.includes(outcome)) preview.onToggle(outcome);
      setTab("preview");
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    event.preventDefault();
    const next = tab === "edit" ? "preview" : "edit";
    setTab(next);
    box.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  const counts = live.shown?.outcomes ?? null;
  return (
    <div className="duo" style={{ gridTemplateColumns: `${props.left.width}px minmax(0, 1fr)` }}>
      {props.list}
      <section className="ed" aria-label={t("rules.editor.label")} ref={box}>
        <Splitter split={props.left} side="left" />
        <div className="phead duo-head">
          <div className="tabs" role="tablist" aria-label={t("rules.editor.tabs")} onKeyDown={onKeyDown}>
            <TabButton name="edit" on={tab === "edit"} onChoose={setTab}>
              {t("rules.editor.tabEdit")}
              {tab === "preview" && props.messages > 0 ? <span className="n warn">{props.messages}</span> : null}
            </TabButton>
            <TabButton name="preview" on={tab === "preview"} onChoose={setTab}>
              {t("rules.editor.tabPreview")}
              {counts === null ? null : (
                <span className="n">
                  <span className="ok">+{number(counts.newly)}</span> <span className="bad">−{number(counts.no_longer)}</span>
                </span>
              )}
            </TabButton>
          </div>
          <span className="grow" />
          {tab === "edit" ? (
            <span className="row f12 t3" style={{ gap: 8 }}>
              <span className="trunc">{props.title}</span>
              {props.aside}
            </span>
          ) : (
            <PreviewHead live={live} title={false} />
          )}
        </div>
        <OutcomeFilter counts={counts} on={preview.outcomes} onToggle={show} immutable={preview.immutable} />
        <div className="pane" id="pane-edit" role="tabpanel" aria-labelledby="tab-edit" hidden={tab !== "edit"}>
          {props.editor}
        </div>
        <div className="pane" id="pane-preview" role="tabpanel" aria-labelledby="tab-preview" hidden={tab !== "preview"}>
          {tab === "preview" ? <PreviewPane {...preview} bare /> : null}
        </div>
        {props.foot}
      </section>
    </div>
  );
}

function TabButton(props: { name: Tab; on: boolean; onChoose: (tab: Tab) => void; children: ReactNode }) {
  return (
    <button
      type="button"
      className="tab"
      role="tab"
      id={`tab-${props.name}`}
      aria-selected={props.on}
      aria-controls={`pane-${props.name}`}
      tabIndex={props.on ? 0 : -1}
      onClick={() => props.onChoose(props.name)}
    >
      {props.children}
    </button>
  );
}
