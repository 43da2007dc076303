import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import type { ApiError } from "../../ipc/bindings";
import { useConnections } from "../../state/app";
import { openOverlay } from "../../state/overlay";
import { syncConnection, useOffline, useSyncProblems } from "../../state/sync";

/** What is wrong with the registries, above the list: a message each. */
export function Problems() {
  const connections = useConnections();
  const offline = useOffline();
  const problems = useSyncProblems();
  const wrong = connections.flatMap((connection) => {
    const error = problems.get(connection.id) ?? connection.error;
    return error ? [{ connection, error }] : [];
  });
  // All of them offline is said once, above every screen.
  if (wrong.length === 0 || offline !== null) return null;
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
  // A secret that nobody has judged is not to be replaced.
  const secret = /^(auth\.|keychain\.)/.test(error.code) && error.code !== "auth.locked";
  const name = t(`secrets.${error.secret}`);
  const held = error.code.startsWith("keychain.") || error.code === "auth.missing";
  return (
    <>
      {secret && !demo
        ? <Button size="sm" onClick={() => openOverlay({ kind: "connect", connection: id })}>{held ? t("projects.enterSecret", { secret: name }) : t("projects.replaceSecret", { secret: name })}</Button>
        : <Button size="sm" icon="sync" onClick={() => void syncConnection(id)}>{t("projects.tryAgain")}</Button>}
      {error.code === "auth.expired" && <Button size="sm" kind="ghost" onClick={() => openOverlay({ kind: "remove", connection: id })}>{t("projects.removeRegistry")}</Button>}
    </>
  );
}
