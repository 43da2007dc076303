import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Brand, Icon } from "../components/Icon";
import type { IconName } from "../components/Icon";
import { DemoChip, RegistryMark } from "../components/RegistryMark";
import { errorWords } from "../components/errorWords";
import { number } from "../format";
import type { ConnectionSummary } from "../ipc/bindings";
import { useConnections } from "../state/app";
import { openOverlay } from "../state/overlay";
import { hashOf } from "../state/route";
import type { PlainScreen, Route } from "../state/route";
import { useTotals } from "../state/totals";

const SECTIONS: readonly { screen: PlainScreen & keyof typeof ICON; also?: Route["screen"][] }[] = [
  { screen: "projects", also: ["project", "bulk"] },
  { screen: "tags" },
  { screen: "simulator" },
  { screen: "activity" },
];
const ICON = { projects: "projects", tags: "tag", simulator: "simulator", activity: "activity" } as const satisfies Record<string, IconName>;

export function Sidebar({ route, rail }: { route: Route; rail: boolean }) {
  const { t } = useTranslation();
  const totals = useTotals();
  const connections = useConnections();
  const counts: Partial<Record<PlainScreen, number | undefined>> = { projects: totals?.projects, tags: totals?.tags };
  return (
    <aside className="side">
      <div className="brand"><Brand />{!rail && t("common.brand")}</div>
      <button type="button" className="jump" aria-keyshortcuts="Control+K" aria-haspopup="dialog" aria-label={rail ? t("shell.search") : undefined} title={rail ? t("shell.search") : undefined} onClick={() => openOverlay({ kind: "palette" })}>
        <Icon name="search" />
        {!rail && <>{t("shell.search")}<kbd aria-hidden="true">Ctrl K</kbd></>}
      </button>
      <nav aria-label={t("shell.main")}>
        {SECTIONS.map(({ screen, also }) => (
          <NavItem key={screen} rail={rail} href={hashOf({ screen })} current={route.screen === screen || Boolean(also?.includes(route.screen))} icon={ICON[screen]} label={t(`shell.${screen}`)} count={counts[screen]} atLeast={screen === "tags" && totals?.partial === true} />
        ))}
      </nav>
      {rail ? <hr /> : <h2>{t("shell.registries")}</h2>}
      <nav aria-label={t("shell.registries")} className="registries">
        {connections.map((connection) => <Registry key={connection.id} connection={connection} rail={rail} />)}
        <button type="button" className="nav-i nav-r t3" title={rail ? t("shell.addRegistry") : undefined} onClick={() => openOverlay({ kind: "connect", connection: null })}>
          <Icon name="plus" size="m" /><Label rail={rail}>{t("shell.addRegistry")}</Label>
        </button>
      </nav>
      <nav className="foot" aria-label={t("shell.application")}>
        <NavItem rail={rail} href={hashOf({ screen: "settings" })} current={route.screen === "settings"} icon="settings" label={t("shell.settings")} />
        <button type="button" className="nav-i" title={rail ? t("shell.shortcuts") : undefined} onClick={() => openOverlay({ kind: "shortcuts" })}>
          <Icon name="keyboard" size="m" /><Label rail={rail}>{t("shell.shortcuts")}</Label>
          {!rail && <span className="n"><kbd aria-hidden="true">?</kbd></span>}
        </button>
      </nav>
    </aside>
  );
}

function NavItem({ rail, href, current, icon, label, count, atLeast = false }: { rail: boolean; href: string; current: boolean; icon: IconName; label: string; count?: number | undefined; atLeast?: boolean }) {
  const { t } = useTranslation();
  return (
    <a className="nav-i" href={href} aria-current={current ? "page" : undefined} title={rail ? label : undefined}>
      <Icon name={icon} size="m" />
      <Label rail={rail}>{label}</Label>
      {count !== undefined && (atLeast
        ? <Label rail={rail} className="n"><span aria-hidden="true">{t("projects.atLeast", { count })}</span><span className="sr">{t("projects.atLeastName", { count })}</span></Label>
        : <Label rail={rail} className="n">{number(count)}</Label>)}
    </a>
  );
}

/** Text beside an icon; on the rail it is only read. */
function Label({ rail, className, children }: { rail: boolean; className?: string; children: ReactNode }) {
  return <span className={rail ? "sr" : className}>{children}</span>;
}

function Registry({ connection, rail }: { connection: ConnectionSummary; rail: boolean }) {
  const { t } = useTranslation();
  const { error } = connection;
  const filter = `registry:"${connection.name}"`;
  return (
    <a className="nav-i nav-r" href={hashOf({ screen: "projects", params: { filter } })} title={rail ? connection.name : connection.address}>
      <RegistryMark mark={connection.mark} product={connection.product} />
      <span className={rail ? "sr" : "trunc"}>{connection.name}</span>
      {connection.demo && !rail && <DemoChip />}
      {error
        ? <span className={`${rail ? "dot" : "n"} ${error.code === "auth.expired" || error.code.startsWith("auth") ? "bad" : "warn"}`}><Icon name={iconOf(error.code)} size="xs" label={errorWords(error, t).title} /></span>
        : <Label rail={rail || connection.demo} className="n">{number(connection.projects)}</Label>}
    </a>
  );
}

function iconOf(code: string): IconName {
  if (code.startsWith("auth") || code.startsWith("keychain")) return "key";
  if (code === "net.offline") return "offline";
  return "error";
}
