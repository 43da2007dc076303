import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { ErrorNotice } from "../components/ErrorNotice";
import { showToast } from "../components/Toast";
import type { ApiError } from "../ipc/bindings";
import { asApiError, call } from "../ipc/client";
import { useConnections } from "../state/app";
import { keys } from "../state/queries";

/** Asks before a registry goes. Its rules and tags on the server stay as they are. */
export default function RemoveConnection({ connection: id, onClose }: { connection: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const connection = useConnections().find((one) => one.id === id);
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const keep = useRef<HTMLButtonElement>(null);
  if (!connection) return null;
  const remove = async () => {
    setBusy(true);
    setError(null);
    try {
      await call("connection_remove", id);
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.connections }),
        client.invalidateQueries({ queryKey: keys.inventory }),
      ]);
      onClose();
      showToast(t("settings.removed", { name: connection.name }));
    } catch (thrown) {
      setError(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t("settings.removeTitle", { name: connection.name })}
      width={600}
      onClose={onClose}
      busy={busy}
      initialFocus={keep}
      foot={<>
        <span className="grow" />
        <Button size="lg" ref={keep} onClick={onClose}>{t("settings.keep")}</Button>
        <Button size="lg" kind="filled" danger busy={busy} onClick={() => void remove()}>{t("settings.removeNow")}</Button>
      </>}
    >
      <div style={{ padding: 20, display: "grid", gap: 12 }}>
        {error && <ErrorNotice error={error} />}
        <p>{connection.demo ? t("settings.removeDemo") : t("settings.removeText", { count: connection.projects, secret: t(`secrets.${connection.secret}`) })}</p>
        <p className="t3 f12">{t("settings.removeServer")}</p>
      </div>
    </Dialog>
  );
}
