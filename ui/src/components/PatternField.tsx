/**
 * A pattern in one line, coloured by its parts. Undo belongs to the draft around it, not to the field.
 */
import { Compartment, EditorState, Transaction, type Extension } from "@codemirror/state";
import { Decoration, EditorView, highlightSpecialChars, keymap, placeholder, WidgetType } from "@codemirror/view";
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, type ReactNode, type Ref } from "react";

import type { Dialect } from "../ipc/bindings";
import { tokens, TOKEN_CLASS } from "../patterns/tokens";

/** What the editor around the field may do with it. */
export type PatternFieldHandle = {
  focus: () => void;
  /** Puts text where the cursor stands, as if it were typed. */
  insert: (text: string) => void;
};

export type PatternFieldProps = {
  value: string;
  dialect: Dialect;
  /** The text changed by hand. `at`: when, on the clock of `performance.now`. */
  onChange: (value: string, at: number) => void;
  onUndo?: () => void;
  onRedo?: () => void;
  /** Accessible name. */
  label: string;
  hint?: string;
  describedBy?: string | undefined;
  invalid?: boolean;
  readOnly?: boolean;
  /** Where the text goes wrong: the first character concerned, counted from 1 in characters. */
  badColumn?: number | null;
  foot?: ReactNode;
  handle?: Ref<PatternFieldHandle>;
};

export function PatternField(props: PatternFieldProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const parts = useRef({ name: new Compartment(), colour: new Compartment(), bad: new Compartment(), lock: new Compartment() });
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    if (host.current === null) return;
    const { name, colour, bad, lock } = parts.current;
    const { current } = latest;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: oneLine(current.value),
        extensions: [
          oneLineOnly,
          EditorView.lineWrapping,
          highlightSpecialChars(),
          placeholder(current.hint ?? ""),
          name.of(named(current)),
          colour.of(coloured(current.dialect)),
          bad.of(marked(current.badColumn ?? null)),
          lock.of(locked(current.readOnly ?? false)),
          keymap.of([
            // Enter belongs to the page around: a pattern has no second line.
            { key: "Enter", run: () => true },
            { key: "Mod-z", run: () => tell(latest.current.onUndo) },
            { key: "Mod-Shift-z", run: () => tell(latest.current.onRedo) },
            { key: "Mod-y", run: () => tell(latest.current.onRedo) },
          ]),
          EditorView.updateListener.of((update) => {
            const outside = update.transactions.some((one) => one.annotation(Transaction.remote) === true);
            if (update.docChanged && !outside) latest.current.onChange(update.state.doc.toString(), performance.now());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      view.current = null;
      editor.destroy();
    };
  }, []);

  useLayoutEffect(() => {
    const editor = view.current;
    const text = oneLine(props.value);
    if (editor === null || editor.state.doc.toString() === text) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: text },
      selection: { anchor: text.length },
      annotations: Transaction.remote.of(true),
    });
  }, [props.value]);

  const { label, describedBy, invalid = false, readOnly = false, dialect, badColumn = null } = props;
  useEffect(() => {
    const { name, lock } = parts.current;
    view.current?.dispatch({ effects: [name.reconfigure(named({ label, describedBy, invalid, readOnly })), lock.reconfigure(locked(readOnly))] });
  }, [label, describedBy, invalid, readOnly]);
  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.colour.reconfigure(coloured(dialect)) });
  }, [dialect]);
  useEffect(() => {
    view.current?.dispatch({ effects: parts.current.bad.reconfigure(marked(badColumn)) });
  }, [badColumn]);

  useImperativeHandle(
    props.handle,
    () => ({
      focus: () => view.current?.focus(),
      insert: (text) => {
        const editor = view.current;
        if (editor === null || editor.state.readOnly) return;
        editor.dispatch(editor.state.replaceSelection(text));
        editor.focus();
      },
    }),
    [],
  );

  return (
    <div className={`pat${invalid ? " err" : ""}${badColumn === null ? "" : " has-bad"}`}>
      <div className="in" ref={host} />
      {props.foot === undefined ? null : <div className="ft">{props.foot}</div>}
    </div>
  );
}

function tell(handler: (() => void) | undefined): boolean {
  handler?.();
  return true;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, "");
}

/** Pasted line ends are left out; everything else of the paste stays. */
const oneLineOnly = EditorState.transactionFilter.of((transaction) => {
  if (!transaction.docChanged || transaction.newDoc.lines === 1) return transaction;
  const text = transaction.newDoc.toString();
  const head = transaction.newSelection.main.head;
  return {
    changes: { from: 0, to: transaction.startState.doc.length, insert: oneLine(text) },
    selection: { anchor: oneLine(text.slice(0, head)).length },
    userEvent: "input.paste",
  };
});

function named(props: Pick<PatternFieldProps, "label" | "describedBy" | "invalid" | "readOnly">): Extension {
  return EditorView.contentAttributes.of({
    class: "rx",
    role: "textbox",
    "aria-label": props.label,
    "aria-multiline": "false",
    "aria-invalid": String(props.invalid ?? false),
    "aria-readonly": String(props.readOnly ?? false),
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
    ...(props.describedBy === undefined ? {} : { "aria-describedby": props.describedBy }),
  });
}

function locked(readOnly: boolean): Extension {
  return [EditorState.readOnly.of(readOnly)];
}

function coloured(dialect: Dialect): Extension {
  return EditorView.decorations.compute(["doc"], (state) =>
    Decoration.set(
      tokens(state.doc.toString(), dialect).flatMap((token) => {
        const name = TOKEN_CLASS[token.kind];
        return name === undefined ? [] : [Decoration.mark({ class: name }).range(token.from, token.from + token.text.length)];
      }),
    ),
  );
}

/** A caret under the first character that goes wrong; after the end when the text is not closed. */
function marked(column: number | null): Extension {
  if (column === null) return [];
  return EditorView.decorations.compute(["doc"], (state) => {
    const text = state.doc.toString();
    const from = [...text].slice(0, column - 1).join("").length;
    const point = text.codePointAt(from);
    const letter = point === undefined ? undefined : String.fromCodePoint(point);
    return Decoration.set(
      letter === undefined
        ? Decoration.widget({ widget: new EndMark(), side: 1 }).range(text.length)
        : Decoration.mark({ class: "pat-bad" }).range(from, from + letter.length),
    );
  });
}

class EndMark extends WidgetType {
  override eq(): boolean {
    return true;
  }

  toDOM(): HTMLElement {
    const mark = document.createElement("span");
    mark.className = "pat-bad pat-bad-end";
    mark.setAttribute("aria-hidden", "true");
    return mark;
  }
}
