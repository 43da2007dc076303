// What stands above every screen while it is so: the database, the keychain, the network, changes left open.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../components/Button";
import { day } from "../format";
import type { KeychainState } from "../ipc/bindings";
import { useConnections, useKeychain, useOpenChanges } from "../state/app";
import { useNow } from "../state/clock";
import { openOverlay } from "../state/overlay";
import { keys } from "../state/queries";
import { go } from "../state/route";
import { useOffline, useSyncAll } from "../state/sync";
import { DatabaseStrips } from "./DatabaseStrips";
import { Strip } from "./Strip";

export function Strips() {
  const { t } = useTranslation();
  const keychain = useKeychain();
  const client = useQueryClient();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const hide = (name: string) => setHidden((now) => new Set(now).add(name));
  const open = useOpenChanges();
  return (
    <>
      <DatabaseStrips />
      <Offline />
      {keychain === "locked" && !hidden.has("keychain") && <Locked onHide={() => hide("keychain")} />}
      {(keychain === "no_service" || keychain === "no_bus") && !hidden.has("keychain") && (
        <Strip icon="key" tone="warn" title={t("shell.strip.missing")} text={t("shell.strip.missingText")} code="keychain.missing">
          <Button size="sm" onClick={() => void client.invalidateQueries({ queryKey: keys.keychain })}>{t("shell.strip.checkAgain")}</Button>
          <Button size="sm" kind="ghost" onClick={() => hide("keychain")}>{t("shell.strip.hide")}</Button>
        </Strip>
      )}
      {open.exposed > 0 && (
        <Strip icon="error" tone="bad" title={t("shell.strip.exposed", { count: open.exposed })} text={t("shell.strip.exposedText")}>
          <Button size="sm" onClick={() => go({ screen: "activity" })}>{t("shell.strip.showActivity")}</Button>
        </Strip>
      )}
      {open.unclear > 0 && !hidden.has("open") && (
        <Strip icon="warning" tone="warn" title={t("shell.strip.open", { count: open.unclear })} text={t("shell.strip.openText")}>
          <Button size="sm" onClick={() => go({ screen: "activity" })}>{t("shell.strip.showActivity")}</Button>
          <Button size="sm" kind="ghost" onClick={() => hide("open")}>{t("shell.strip.hide")}</Button>
        </Strip>
      )}
    </>
  );
}

/** No registry can be reached: what is shown is old, and what can be done with it. */
function Offline() {
  const { t } = useTranslation();
  const newest = useOffline();
  const syncAll = useSyncAll();
  const now = useNow();
  if (newest === null) return null;
  return (
    <Strip icon="offline" tone="t2" title={t("shell.strip.offline")} text={newest > 0 ? t("shell.strip.offlineText", { when: day(newest, now) }) : t("shell.strip.offlineNever")} code="net.offline">
      <Button size="sm" onClick={syncAll}>{t("common.retry")}</Button>
    </Strip>
  );
}

/** The keychain holds the tokens back: unlock it, or give one for this session. */
function Locked({ onHide }: { onHide: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const syncAll = useSyncAll();
  const [asking, setAsking] = useState(false);
  const [still, setStill] = useState(false);
  const inside = useConnections().filter((one) => one.sign_in.with === "token" && one.sign_in.keep === "keychain" && !one.demo);
  // The one that says it lacks its token comes first.
  const [first] = inside.toSorted((a, b) => Number(b.error !== null) - Number(a.error !== null));
  const unlock = async () => {
    setAsking(true);
    await client.invalidateQueries({ queryKey: keys.keychain });
    setAsking(false);
    if (client.getQueryData<KeychainState>(keys.keychain) === "available") syncAll();
    else setStill(true);
  };
  return (
    <Strip icon="key" tone="warn" title={t("shell.strip.locked")} text={still ? t("shell.strip.stillLocked") : t("shell.strip.lockedText", { count: inside.length })} code="keychain.locked">
      <Button size="sm" busy={asking} onClick={() => void unlock()}>{t("shell.strip.unlock")}</Button>
      {first && <Button size="sm" kind="ghost" onClick={() => openOverlay({ kind: "connect", connection: first.id })}>{t("shell.strip.once", { secret: t(`secrets.${first.secret}`) })}</Button>}
      <Button size="sm" kind="ghost" onClick={onHide}>{t("shell.strip.hide")}</Button>
    </Strip>
  );
}
