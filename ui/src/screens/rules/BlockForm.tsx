import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from "react";

import { Button } from "../../components/Button";
import { Segmented } from "../../components/Segmented";
import { TextField } from "../../components/TextField";
import { TextArea } from "../../components/TextArea";
import type { Block, BlockProblem, Presence } from "../../ipc/bindings";
import { missing, texts } from "./blocks";
import type { SelectorPart } from "./draft";
import { sayBlockProblem } from "./say/problem";
import { Rich } from "./say/Rich";
import { t } from "./say/t";

export type BlockFormProps = { first: Block; part: SelectorPart; wrong: BlockProblem | null; onUse: (block: Block) => void; onCancel: () => void };

/** The small form of one building block. */
export function BlockForm({ first, part, wrong, onUse, onCancel }: BlockFormProps) {
  const [block, setBlock] = useState(first);
  const [told, setTold] = useState(false);
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => box.current?.querySelector<HTMLElement>("input, textarea, [role=radio][tabindex='0']")?.focus(), []);

  const lacks = missing(block);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (lacks === null) onUse(block);
    else setTold(true);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    onCancel();
  };
  const error = told && lacks !== null ? t(lacks === "text" ? "rules.blocks.needText" : "rules.blocks.needDigits") : undefined;
  return (
    <form className="block-form" ref={box} aria-label={t(`rules.blocks.form_${block.block}`)} onSubmit={submit} onKeyDown={onKeyDown}>
      <Fields block={block} part={part} error={error} onChange={setBlock} />
      {wrong === null ? null : (
        <p className="hint bad" role="alert">
          <Rich text={sayBlockProblem(wrong)} />
        </p>
      )}
      <div className="row">
        <Button size="sm" type="submit">
          {t("rules.blocks.use")}
        </Button>
        <Button size="sm" kind="ghost" onClick={onCancel}>
          {t("rules.blocks.cancel")}
        </Button>
      </div>
    </form>
  );
}

function Fields({ block, part, error, onChange }: { block: Block; part: SelectorPart; error: string | undefined; onChange: (block: Block) => void }) {
  switch (block.block) {
    case "is_exactly":
    case "starts_with":
    case "ends_with":
    case "contains":
    case "below":
      return (
        <TextField
          label={t(`rules.blocks.form_${block.block}`)}
          mono
          value={block.text}
          error={error}
          onChange={(text) => onChange({ ...block, text })}
        />
      );
    case "any_of":
      return <AnyOf block={block} part={part} error={error} onChange={onChange} />;
    case "semantic_version":
      return (
        <>
          <PresenceField label={t("rules.blocks.v")} value={block.v} onChange={(v) => onChange({ ...block, v })} />
          <PresenceField label={t("rules.blocks.prerelease")} value={block.prerelease} onChange={(prerelease) => onChange({ ...block, prerelease })} />
        </>
      );
    case "commit_sha":
      return (
        <div className="block-row">
          <TextField label={t("rules.blocks.prefix")} mono value={block.prefix} onChange={(prefix) => onChange({ ...block, prefix })} />
          <Digits label={t("rules.blocks.least")} value={block.least} error={error} onChange={(least) => onChange({ ...block, least })} />
          <Digits label={t("rules.blocks.most")} value={block.most} onChange={(most) => onChange({ ...block, most })} />
        </div>
      );
    case "date":
      return (
        <>
          <TextField label={t("rules.blocks.prefix")} mono value={block.prefix} onChange={(prefix) => onChange({ ...block, prefix })} />
          <div className="fld">
            <span className="lbl" aria-hidden="true">
              {t("rules.blocks.dashes")}
            </span>
            <div>
              <Segmented
                label={t("rules.blocks.dashes")}
                value={block.dashes ? "dashed" : "plain"}
                options={[
                  { value: "plain", label: t("rules.blocks.plain") },
                  { value: "dashed", label: t("rules.blocks.dashed") },
                ]}
                onChange={(value) => onChange({ ...block, dashes: value === "dashed" })}
              />
            </div>
          </div>
        </>
      );
    case "everything":
      return null;
  }
}

function AnyOf(props: { block: Extract<Block, { block: "any_of" }>; part: SelectorPart; error: string | undefined; onChange: (block: Block) => void }) {
  const [typed, setTyped] = useState(props.block.texts.join("\n"));
  return (
    <TextArea
      label={t("rules.blocks.form_any_of")}
      hint={t(`rules.blocks.texts_${props.part}`)}
      rows={Math.min(Math.max(props.block.texts.length + 1, 3), 8)}
      value={typed}
      error={props.error}
      onChange={(text) => {
        setTyped(text);
        props.onChange({ block: "any_of", texts: texts(text) });
      }}
    />
  );
}

function Digits(props: { label: string; value: number; error?: string | undefined; onChange: (value: number) => void }) {
  return (
    <TextField
      label={props.label}
      inputMode="numeric"
      value={props.value === 0 ? "" : String(props.value)}
      error={props.error}
      onChange={(text) => props.onChange(Math.min(Number(text.replace(/\D/g, "").slice(0, 3)), 128))}
    />
  );
}

function PresenceField({ label, value, onChange }: { label: string; value: Presence; onChange: (value: Presence) => void }) {
  const options = (["always", "never", "optional"] as const).map((one) => ({ value: one, label: t(`rules.blocks.${one}`) }));
  return (
    <div className="fld">
      <span className="lbl" aria-hidden="true">
        {label}
      </span>
      <div>
        <Segmented label={label} value={value} options={options} onChange={onChange} />
      </div>
    </div>
  );
}
