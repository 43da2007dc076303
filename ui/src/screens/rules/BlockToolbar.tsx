import { memo, useRef, useState, type KeyboardEvent } from "react";

import { Icon } from "../../components/Icon";
import type { Block, Dialect } from "../../ipc/bindings";
import { call } from "../../ipc/client";
import { BlockForm } from "./BlockForm";
import { BLOCKS, emptyBlock, type BlockName } from "./blocks";
import { t } from "./say/t";

export type BlockToolbarProps = {
  dialect: Dialect;
  /** The block the present pattern is, if it is one. */
  present: Block | null;
  readOnly: string | null;
  /** A block was written as a pattern. */
  onPattern: (pattern: string) => void;
};

/** Blocks to write a pattern with; the one that the present pattern is can be opened and changed. */
export const BlockToolbar = memo(function BlockToolbar({ dialect, present, readOnly, onPattern }: BlockToolbarProps) {
  const [open, setOpen] = useState<BlockName | null>(null);
  const [at, setAt] = useState(0);
  const [wrong, setWrong] = useState(false);
  const bar = useRef<HTMLDivElement>(null);

  const focus = (index: number) => {
    setAt(index);
    bar.current?.querySelectorAll("button")[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = BLOCKS.length - 1;
    const to = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    focus((to + BLOCKS.length) % BLOCKS.length);
  };
  const close = () => {
    const index = BLOCKS.findIndex((name) => name === open);
    setOpen(null);
    setWrong(false);
    if (index >= 0) focus(index);
  };
  const write = (block: Block) => {
    call("pattern_write", { dialect, block }).then(
      (pattern) => {
        if (pattern === null) return setWrong(true);
        setOpen(null);
        setWrong(false);
        onPattern(pattern);
      },
      () => setWrong(true),
    );
  };

  return (
    <>
      <div className="blocks" role="toolbar" aria-label={t("rules.blocks.label")} ref={bar} onKeyDown={onKeyDown}>
        {BLOCKS.map((name, index) => {
          const isPresent = present?.block === name;
          return (
            <button
              key={name}
              type="button"
              className={`chip${isPresent ? " is-present" : ""}`}
              tabIndex={index === at ? 0 : -1}
              aria-expanded={open === name}
              aria-disabled={readOnly === null ? undefined : true}
              title={readOnly ?? (isPresent ? t("rules.blocks.present") : undefined)}
              onClick={() => {
                setAt(index);
                setWrong(false);
                if (readOnly === null) setOpen(open === name ? null : name);
              }}
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
          first={present?.block === open ? present : emptyBlock(open)}
          wrong={wrong}
          onUse={write}
          onCancel={close}
        />
      )}
    </>
  );
});
