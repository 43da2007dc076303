// What is wrong with the database, and what became of one that could not be used.
import { useState } from "react";
import type { ReactNode } from "react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { Button } from "../components/Button";
import { errorDetails, errorWords } from "../components/errorWords";
import type { ApiError, Recovered } from "../ipc/bindings";
import { copyText, restart } from "../ipc/window";
import { useAppStart } from "../state/app";
import { Strip } from "./Strip";

export function DatabaseStrips() {
  const { t } = useTranslation();
  const { database, recovered } = useAppStart();
  const [hidden, setHidden] = useState(false);
  return (
    <>
      {database && (
        <ErrorStrip error={database}>
          {database.code === "database.corrupt" && <Button size="sm" onClick={() => void restart()}>{t("shell.database.restart")}</Button>}
        </ErrorStrip>
      )}
      {recovered && !hidden && (
        <ErrorStrip error={recovered.error} more={keptWords(recovered, t)}>
          <Button size="sm" kind="ghost" onClick={() => setHidden(true)}>{t("shell.strip.hide")}</Button>
        </ErrorStrip>
      )}
    </>
  );
}

function ErrorStrip({ error, more, children }: { error: ApiError; more?: string; children?: ReactNode }) {
  const { t } = useTranslation();
  const { title, text, help } = errorWords(error, t);
  return (
    <Strip icon="error" tone="bad" title={title} text={[text, more, help].filter(Boolean).join(" ")} code={error.code}>
      {children}
      <Button size="sm" kind="ghost" icon="copy" onClick={() => void copyText(errorDetails(error))}>{t("common.copyDetails")}</Button>
    </Strip>
  );
}

function keptWords({ error, connections, runs, drafts, lost }: Recovered, t: TFunction): string {
  // An empty file held nothing that could be taken over.
  if (error.code === "database.empty") return "";
  const parts = [
    connections > 0 && t("shell.database.connections", { count: connections }),
    runs > 0 && t("shell.database.runs", { count: runs }),
    drafts > 0 && t("shell.database.drafts", { count: drafts }),
  ].filter((part) => part !== false);
  const kept = parts.length > 0 ? t("shell.database.kept", { parts: parts.join(", ") }) : lost && t("shell.database.nothing");
  return [kept, lost && parts.length > 0 && t("shell.database.lost")].filter(Boolean).join(" ");
}
