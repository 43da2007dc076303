import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";

export interface DialogProps {
  title: ReactNode;
  subtitle?: ReactNode;
  /** Something before the title, and something at the end of the head. */
  before?: ReactNode;
  after?: ReactNode;
  width: 600 | 872 | 912;
  /** Esc, the close button or a click outside: the safe choice. */
  onClose: () => void;
  /** Work is under way that must not be left: nothing closes it. */
  busy?: boolean;
  foot?: ReactNode;
  /** Focused first; otherwise the first control. */
  initialFocus?: RefObject<HTMLElement | null>;
  children: ReactNode;
}

/** A window over the window: the focus stays in it and goes back to where it was. */
export function Dialog({ title, subtitle, before, after, width, onClose, busy = false, foot, initialFocus, children }: DialogProps) {
  const { t } = useTranslation();
  return (
    <Base.Root
      open
      onOpenChange={(open) => {
        if (!open && !busy) onClose();
      }}
      disablePointerDismissal
    >
      <Base.Portal>
        <Base.Backdrop className="scrim-b" />
        <Base.Viewport className="scrim-v">
          <Base.Popup className="dlg" style={{ width }} aria-busy={busy || undefined} initialFocus={initialFocus}>
            <header>
              {before}
              <div className="col grow">
                <Base.Title render={<h2 />}>{title}</Base.Title>
                {subtitle && <Base.Description className="f12 t3">{subtitle}</Base.Description>}
              </div>
              {after}
              <Button kind="ghost" size="sm" icon="close" aria-label={t("common.close")} disabledReason={busy ? t("common.workUnderWay") : null} onClick={onClose} />
            </header>
            <div className="dlg-body">{children}</div>
            {foot && <footer>{foot}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
