import type { ReactNode } from "react";
import { ErrorCode } from "../components/ErrorNotice";
import { Icon } from "../components/Icon";
import type { IconName } from "../components/Icon";
import type { ApiError } from "../ipc/bindings";

/** A line across the screen. */
export function Strip({ icon, tone, title, text, code, children }: { icon: IconName; tone: string; title: string; text: string; code?: ApiError["code"] | undefined; children?: ReactNode }) {
  return (
    <div className="strip tall" role="status">
      <span className={tone}><Icon name={icon} /></span>
      <span className="grow" title={text}><b className="m">{title}.</b> <span className="t2">{text}</span>{code && <> <ErrorCode code={code} /></>}</span>
      {children}
    </div>
  );
}
