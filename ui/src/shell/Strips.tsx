// What stands above every screen while it is so: the database, the keychain, changes left open.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../components/Button";
import { Icon } from "../components/Icon";
import type { IconName } from "../components/Icon";
import { errorDetails, errorWords } from "../components/errorWords";
import { copyText } from "../ipc/window";
import { useAppStart, useKeychain } from "../state/app";
import { keys } from "../state/queries";
import { go } from "../state/route";

export function Strips() {
  const { t } = useTranslation();
  const start = useAppStart();
  const keychain = useKeychain();
  const client = useQueryClient();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const hide = (name: string) => setHidden((now) => new Set(now).add(name));
  const database = start.database && errorWords(start.database, t);
  return (
    <>
      {database && (
        <Strip icon="error" tone="bad" title={database.title} text={`${database.text} ${database.help}`}>
          <Button size="sm" kind="ghost" icon="copy" onClick={() => void copyText(start.database ? errorDetails(start.database) : "")}>{t("common.copyDetails")}</Button>
        </Strip>
      )}
      {keychain !== "available" && !hidden.has("keychain") && (
        <Strip icon="key" tone="warn" title={t(keychain === "locked" ? "shell.strip.locked" : "shell.strip.missing")} text={t(keychain === "locked" ? "shell.strip.lockedText" : "shell.strip.missingText")}>
          <Button size="sm" onClick={() => void client.invalidateQueries({ queryKey: keys.keychain })}>{t("shell.strip.checkAgain")}</Button>
          <Button size="sm" kind="ghost" onClick={() => hide("keychain")}>{t("shell.strip.hide")}</Button>
        </Strip>
      )}
      {start.open_changes > 0 && !hidden.has("open") && (
        <Strip icon="warning" tone="warn" title={t("shell.strip.open", { count: start.open_changes })} text={t("shell.strip.openText")}>
          <Button size="sm" onClick={() => go({ screen: "activity" })}>{t("shell.strip.showActivity")}</Button>
          <Button size="sm" kind="ghost" onClick={() => hide("open")}>{t("shell.strip.hide")}</Button>
        </Strip>
      )}
    </>
  );
}

/** A line across the screen. */
export function Strip({ icon, tone, title, text, children }: { icon: IconName; tone: string; title: string; text: string; children?: ReactNode }) {
  return (
    <div className="strip tall" role="status">
      <span className={tone}><Icon name={icon} /></span>
      <span className="grow" title={text}><b className="m">{title}.</b> <span className="t2">{text}</span></span>
      {children}
    </div>
  );
}
