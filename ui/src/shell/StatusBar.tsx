import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Icon } from "../components/Icon";
import { ago, day, duration } from "../format";
import { useAppStart, useConnections, useKeychain } from "../state/app";
import { useNow, useWait } from "../state/clock";
import { useOffline, useSyncs } from "../state/sync";
import type { JobView } from "../ipc/jobs";

/** The line at the bottom: what is reachable, how fresh it is, what is under way, where tokens are. */
export function StatusBar() {
  const { t } = useTranslation();
  const start = useAppStart();
  const syncs = useSyncs();
  const waiting = syncs.find((job) => job.progress.waiting !== null);
  return (
    <footer className="status" aria-label={t("shell.status.label")}>
      <Reachable />
      {syncs.length > 0 ? <Syncing syncs={syncs} /> : <Synced />}
      {waiting && <Countdown job={waiting} />}
      <span className="sp row" style={{ gap: 16 }}>
        <Keychain />
        <span>{t("shell.status.version", { version: start.version })}</span>
      </span>
    </footer>
  );
}

function Item({ tone = "", children }: { tone?: string; children: ReactNode }) {
  return <span className={`row ${tone}`}>{children}</span>;
}

function Reachable() {
  const { t } = useTranslation();
  const connections = useConnections();
  const now = useNow();
  const all = connections.length;
  const failing = connections.filter((one) => one.error?.code.startsWith("net.") || one.error?.code === "server.failed");
  const newest = useOffline();
  if (newest !== null) {
    return <Item tone="warn"><Icon name="offline" />{newest > 0 ? t("shell.status.offline", { when: day(newest, now) }) : t("shell.status.offlineNever")}</Item>;
  }
  if (failing.length > 0) return <Item tone="warn"><Icon name="warning" />{t("shell.status.failing", { count: failing.length, all })}</Item>;
  return <Item><Icon name="check-circle" />{all === 0 ? t("shell.status.none") : t("shell.status.reachable", { count: all })}</Item>;
}

function Synced() {
  const { t } = useTranslation();
  const connections = useConnections();
  const now = useNow();
  const times = connections.map((one) => one.synced_at).filter((at) => at !== null);
  // The oldest of them: the line never claims more freshness than the stalest registry has.
  const oldest = times.length === connections.length && times.length > 0 ? Math.min(...times) : null;
  return <Item><Icon name="sync" />{oldest === null ? t("shell.status.never") : t("shell.status.synced", { when: ago(oldest, now) })}</Item>;
}

function Syncing({ syncs }: { syncs: readonly JobView[] }) {
  const { t } = useTranslation();
  const done = syncs.reduce((sum, job) => sum + job.progress.done, 0);
  const known = syncs.every((job) => job.progress.total !== null);
  const total = syncs.reduce((sum, job) => sum + (job.progress.total ?? 0), 0);
  return <Item><Icon name="spinner" />{known ? t("shell.status.syncing", { done, total }) : t("shell.status.syncingSome", { done })}</Item>;
}

/** Counts down for the eye each second; a screen reader hears it once. */
function Countdown({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const connections = useConnections();
  const name = connections.find((one) => one.id === job.progress.connection)?.name ?? "";
  const wait = job.progress.waiting ?? 0;
  const left = useWait(job) ?? 0;
  return (
    <Item>
      <Icon name="clock" />
      <span aria-hidden="true">{t("shell.status.waiting", { name, time: duration(left) })}</span>
      <span className="sr" role="status">{t("shell.status.waiting", { name, time: duration(wait) })}</span>
    </Item>
  );
}

function Keychain() {
  const { t } = useTranslation();
  const keychain = useKeychain();
  return <Item tone={keychain === "available" ? "" : "warn"}><Icon name="key" />{t(`shell.keychain.${keychain}`)}</Item>;
}
