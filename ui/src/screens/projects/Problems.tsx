import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { day } from "../../format";
import type { ApiError } from "../../ipc/bindings";
import { useConnections } from "../../state/app";
import { useNow } from "../../state/clock";
import { openOverlay } from "../../state/overlay";
import { syncConnection, useSyncAll, useSyncProblems } from "../../state/sync";

/** What is wrong with the registries, above the list: one line when offline, a message each otherwise. */
export function Problems() {
  const { t } = useTranslation();
  const connections = useConnections();
  const problems = useSyncProblems();
  const syncAll = useSyncAll();
  const now = useNow();
  const wrong = connections.flatMap((connection) => {
    const error = problems.get(connection.id) ?? connection.error;
    return error ? [{ connection, error }] : [];
  });
  if (wrong.length === 0) return null;
  if (wrong.length === connections.length && wrong.every(({ error }) => error.code === "net.offline")) {
    const newest = Math.max(...connections.map((one) => one.synced_at ?? 0));
    return (
      <div className="strip" role="status">
        <Icon name="offline" />
        <span className="grow trunc"><b className="m">{t("projects.offline")}</b> {newest > 0 ? t("projects.offlineText", { when: day(newest, now) }) : t("projects.offlineNever")}</span>
        <Button size="sm" onClick={syncAll}>{t("projects.tryAgain")}</Button>
      </div>
    );
  }
  return (
    <div className="problems">
      {wrong.map(({ connection, error }) => (
        <ErrorNotice key={connection.id} error={error} fresh={problems.has(connection.id)} actions={<Actions id={connection.id} demo={connection.demo} error={error} />} />
      ))}
    </div>
  );
}

function Actions({ id, demo, error }: { id: string; demo: boolean; error: ApiError }) {
  const { t } = useTranslation();
  const token = error.code.startsWith("auth.") || error.code.startsWith("keychain.");
  return (
    <>
      {token && !demo
        ? <Button size="sm" onClick={() => openOverlay({ kind: "connect", connection: id })}>{t("projects.replaceToken")}</Button>
        : <Button size="sm" icon="sync" onClick={() => void syncConnection(id)}>{t("projects.tryAgain")}</Button>}
      {error.code === "auth.expired" && <Button size="sm" kind="ghost" onClick={() => openOverlay({ kind: "remove", connection: id })}>{t("projects.removeRegistry")}</Button>}
    </>
  );
}
