import type { ReactNode } from "react";
import { Icon } from "./Icon";
import type { IconName } from "./Icon";

export type MessageSeverity = "note" | "warning" | "danger" | "success";

export interface MessageProps {
  severity: MessageSeverity;
  title?: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  /** `alert` only for new errors; `status` for lint; nothing for what was there from the start. */
  role?: "alert" | "status" | undefined;
  icon?: IconName;
}

const LOOK: Record<MessageSeverity, { style: string; icon: IconName }> = {
  note: { style: "", icon: "info" },
  warning: { style: "w", icon: "warning" },
  danger: { style: "d", icon: "error" },
  success: { style: "a", icon: "check-circle" },
};

/** Something to be told in place, with what can be done about it. */
export function Message({ severity, title, children, actions, role, icon }: MessageProps) {
  return (
    <div className={`note ${LOOK[severity].style}`} role={role}>
      <Icon name={icon ?? LOOK[severity].icon} />
      <div className="grow" style={{ display: "grid", gap: 4 }}>
        {title && <div className="b">{title}</div>}
        {children && <div>{children}</div>}
        {actions && <div className="row" style={{ flexWrap: "wrap", marginTop: 4 }}>{actions}</div>}
      </div>
    </div>
  );
}
