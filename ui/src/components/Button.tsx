import { useId } from "react";
import type { ButtonHTMLAttributes, Ref } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type"> {
  /** One filled button a view. */
  kind?: "filled" | "plain" | "ghost";
  /** `lg` in dialogs, `sm` inside lists. */
  size?: "sm" | "md" | "lg";
  icon?: IconName;
  /** Work is under way: the label stays, the icon turns. */
  busy?: boolean;
  /** Why it cannot be pressed. It stays in the tab order so that the reason can be read. */
  disabledReason?: string | null | undefined;
  /** The shortcut shown in it. */
  kbd?: string;
  /** Deletes something. */
  danger?: boolean;
  type?: "button" | "submit";
  ref?: Ref<HTMLButtonElement>;
}

const KIND = { filled: "pri", plain: "", ghost: "gh" } as const;
const SIZE = { sm: "sm", md: "", lg: "lg" } as const;

export function Button({
  kind = "plain", size = "md", icon, busy = false, disabledReason, kbd, danger = false,
  type = "button", className, children, onClick, title, ref, ...rest
}: ButtonProps) {
  const reasonId = useId();
  const held = Boolean(disabledReason) || busy;
  const classes = ["btn", KIND[kind], SIZE[size], danger && (kind === "filled" ? "dzf" : "dz"), !children && icon && "ic", className];
  const shown = busy ? "spinner" : icon;
  return (
    <>
      <button
        {...rest}
        ref={ref}
        type={type}
        className={classes.filter(Boolean).join(" ")}
        title={disabledReason ?? title}
        aria-disabled={held || undefined}
        aria-busy={busy || undefined}
        aria-describedby={disabledReason ? reasonId : rest["aria-describedby"]}
        onClick={(event) => {
          if (held) event.preventDefault();
          else onClick?.(event);
        }}
      >
        {shown && <Icon name={shown} />}
        {children}
        {kbd && <kbd aria-hidden="true">{kbd}</kbd>}
      </button>
      {disabledReason && <span id={reasonId} className="sr">{disabledReason}</span>}
    </>
  );
}
