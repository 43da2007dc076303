import { Toast as Base } from "@base-ui/react/toast";
import { useTranslation } from "react-i18next";
import { Button } from "./Button";
import { Icon } from "./Icon";

const manager = Base.createToastManager();

/** Says that something was done. Never for errors, and never the only place a result is shown. */
export function showToast(text: string, action?: { label: string; onClick: () => void }): void {
  manager.add({
    title: text,
    timeout: 8000,
    ...(action && { actionProps: { children: action.label, onClick: action.onClick } }),
  });
}

/** Where toasts appear; F6 reaches it. */
export function Toaster() {
  return (
    <Base.Provider toastManager={manager} limit={3}>
      <Base.Portal>
        <Base.Viewport className="toasts">
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}

function Toasts() {
  const { t } = useTranslation();
  const { toasts } = Base.useToastManager();
  return toasts.map((toast) => (
    <Base.Root key={toast.id} toast={toast} className="toast">
      <span className="ok"><Icon name="check-circle" /></span>
      <Base.Title className="grow f12" render={<span />} />
      {toast.actionProps && <Base.Action render={<Button size="sm" />} />}
      <Base.Close render={<Button kind="ghost" size="sm" icon="close" aria-label={t("common.close")} />} />
    </Base.Root>
  ));
}
