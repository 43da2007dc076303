import { memo, useRef, useState, type KeyboardEvent } from "react";

import { Icon } from "../../components/Icon";
import type { Block, BlockProblem, Dialect } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { BlockForm } from "./BlockForm";
import { emptyBlock, offered, ONE_CHARACTER, type BlockName, type FormName } from "./blocks";
import type { SelectorPart } from "./draft";
import { t } from "./say/t";

export type BlockToolbarProps = {
  dialect: Dialect;
  part: SelectorPart;
  /** The block the present pattern is, if it is one. */
  present: Block | null;
  readOnly: string | null;
  /** A block was written as a pattern. */
  onPattern: (pattern: string) => void;
  /** A sign belongs where the cursor stands. */
  onInsert: (text: string) => void;
};

const UNSAYABLE: BlockProblem = { problem: "unsayable" };

/** Blocks to write a pattern with; the one that the present pattern is can be opened and changed. */
export const BlockToolbar = memo(function BlockToolbar({ dialect, part, present, readOnly, onPattern, onInsert }: BlockToolbarProps) {
  const [open, setOpen] = useState<FormName | null>(null);
  const [at, setAt] = useState(0);
  const [wrong, setWrong] = useState<BlockProblem | null>(null);
  const blocks = offered(dialect, part);
  const bar = useRef<HTMLDivElement>(null);

  const focus = (index: number) => {
    setAt(index);
    bar.current?.querySelectorAll("button")[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = blocks.length - 1;
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    focus((to + blocks.length) % blocks.length);
  };
  const close = () => {
    const index = blocks.findIndex((name) => name === open);
    setOpen(null);
    setWrong(null);
    if (index >= 0) focus(index);
  };
  const write = (block: Block) => {
    call("pattern_write", { dialect, block }).then(
      ({ pattern, problem }) => {
        if (pattern === null) return setWrong(problem ?? UNSAYABLE);
        setOpen(null);
        setWrong(null);
        onPattern(pattern);
      },
      () => setWrong(UNSAYABLE),
    );
  };
  const choose = (name: BlockName, index: number) => {
    setAt(index);
    setWrong(null);
    if (readOnly !== null) return;
    if (name === "one_character") onInsert(ONE_CHARACTER);
    else if (name === "everything") write({ block: "everything" });
    else setOpen(open === name ? null : name);
  };
  if (blocks.length === 0) return null;

  return (
    <>
      <div className="blocks" role="toolbar" aria-label={t(`rules.blocks.label_${part}`)} ref={bar} onKeyDown={onKeyDown}>
        {blocks.map((name, index) => {
          const isPresent = present?.block === name;
          return (
            <button
              key={name}
              type="button"
              className={`chip${isPresent ? " is-present" : ""}`}
              tabIndex={index === at ? 0 : -1}
              aria-expanded={name === "one_character" || name === "everything" ? undefined : open === name}
              aria-disabled={readOnly === null ? undefined : true}
              title={readOnly ?? (isPresent ? t("rules.blocks.present") : undefined)}
              onClick={() => choose(name, index)}
            >
              <Icon name={isPresent ? "edit" : "plus"} size="xs" />
              {t(`rules.blocks.${name}`)}
              {isPresent ? <span className="sr">, {t("rules.blocks.present")}</span> : null}
            </button>
          );
        })}
      </div>
      {open === null ? null : (
        <BlockForm
          key={open}
          part={part}
          first={present?.block === open ? present : emptyBlock(open)}
          wrong={wrong}
          onUse={write}
          onCancel={close}
        />
      )}
    </>
  );
});
