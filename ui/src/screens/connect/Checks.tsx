import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TFunction } from "i18next";
import { Icon } from "../../components/Icon";
import type { IconName } from "../../components/Icon";
import { errorWords } from "../../components/errorWords";
import { ErrorNotice } from "../../components/ErrorNotice";
import { date, duration, nowSeconds } from "../../format";
import { needsOf } from "../rules/say/visibility";
import type { CheckState, CheckWait, ConnectionCheck } from "../../ipc/bindings";
import type { ConnectionTest } from "./useConnectionTest";

const LOOK: Record<CheckState, { icon: IconName; tone: string }> = {
  waiting: { icon: "open", tone: "t3" },
  running: { icon: "spinner", tone: "t3" },
  passed: { icon: "check-circle", tone: "ok" },
  warning: { icon: "warning", tone: "warn" },
  failed: { icon: "error", tone: "bad" },
  skipped: { icon: "minus", tone: "t3" },
};

/** The seven checks, each filling in as it is done. */
export function Checks({ test, ready }: { test: ConnectionTest; ready: boolean }) {
  const { t } = useTranslation();
  return (
    <section className="checks" aria-labelledby="checks-title">
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 4 }}>
        <h3 id="checks-title">{t("connect.test")}</h3>
        <span className="f12 t3" role="status">{summary(test, ready, t)}</span>
      </div>
      {test.error && <ErrorNotice error={test.error} />}
      <ul aria-label={t("connect.checks")}>
        {test.checks.map((check) => <Line key={check.check} check={check} />)}
      </ul>
    </section>
  );
}

function Line({ check }: { check: ConnectionCheck }) {
  const { t } = useTranslation();
  const { icon, tone } = LOOK[check.state];
  const aside = asideOf(check, t);
  return (
    <li>
      <span className={tone} style={{ paddingTop: 2 }}><Icon name={icon} size="m" label={t(`connect.state.${check.state}`)} /></span>
      <div>
        <div className="row" style={{ justifyContent: "space-between" }}>
          <span className="m">{t(`connect.check.${check.check}`)}</span>
          {check.wait?.for === "answer" ? <AnswerLeft wait={check.wait} /> : <span className="f11 t3">{aside}</span>}
        </div>
        {check.wait?.for === "pause" && <Pause wait={check.wait} />}
        <CheckText check={check} />
      </div>
    </li>
  );
}

/** Seconds of a wait that are left. */
function useLeft(wait: CheckWait): number {
  const [left, setLeft] = useState(wait.seconds);
  useEffect(() => {
    const ends = Date.now() + wait.seconds * 1000;
    setLeft(wait.seconds);
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((ends - Date.now()) / 1000))), 1000);
    return () => clearInterval(timer);
  }, [wait]);
  return left;
}

/** How long an answer is still waited for, once it takes more than a moment. */
function AnswerLeft({ wait }: { wait: CheckWait }) {
  const { t } = useTranslation();
  const left = useLeft(wait);
  return <span className="f11 t3 num" aria-hidden="true">{left < wait.seconds ? t("connect.left", { time: duration(left) }) : ""}</span>;
}

/** The server answers nobody for a while: read out once, counted down for the eye. */
function Pause({ wait }: { wait: CheckWait }) {
  const { t } = useTranslation();
  const left = useLeft(wait);
  return (
    <p className="f12 t2">
      <span className="sr" role="status">{t("connect.pause", { time: duration(wait.seconds) })}</span>
      <span aria-hidden="true">{t("connect.pause", { time: duration(left) })}</span>
    </p>
  );
}

function CheckText({ check }: { check: ConnectionCheck }) {
  const { t } = useTranslation();
  if (check.state === "skipped") return <p className="f12 t3">{t("connect.skipped")}</p>;
  const words = check.error && errorWords(check.error, t);
  const found = foundText(check, t);
  return (
    <>
      {found && <p className="f12 t3">{found}</p>}
      {words && <p className="f12 t2">{words.title}. {words.text} {words.help} <code className="t3">{check.error?.code}</code></p>}
      {check.error?.server_words && <p className="f12 t3">{t("errors.serverWords")}: <code className="words">{check.error.server_words}</code></p>}
    </>
  );
}

function asideOf(check: ConnectionCheck, t: TFunction): string {
  if (check.found?.found === "token" && check.found.expires_at !== null) {
    return t("connect.days", { count: Math.max(0, Math.floor((check.found.expires_at - nowSeconds()) / 86_400)) });
  }
  return check.milliseconds !== null && check.check === "reachable" ? `${check.milliseconds} ms` : "";
}

/** What a check found, in a sentence. */
export function foundText({ found }: ConnectionCheck, t: TFunction): string {
  switch (found?.found) {
    case undefined: return "";
    case "answered": return t("connect.found.answered", { host: found.host });
    case "trusted": return t("connect.found.trusted");
    case "plain": return t("connect.found.plain");
    case "version": {
      const { version, immutable } = found;
      if (version === "") return "";
      if (immutable === null) return t("connect.found.version", { version });
      return immutable ? t("connect.found.versionImmutable", { version }) : t("connect.found.versionNoImmutable", { version });
    }
    case "token": {
      if (found.at) return t("connect.found.tokenAt", { at: found.at });
      const name = found.name ?? found.user;
      if (name === null) return t("connect.found.tokenUnnamed");
      return found.expires_at === null ? t("connect.found.token", { name }) : t("connect.found.tokenExpires", { name, date: date(found.expires_at) });
    }
    case "scopes": {
      const scopes = found.scopes.join(", ");
      if (scopes === "" && !found.can_change) return t("connect.found.scopesNone");
      return found.can_change ? t("connect.found.scopesChange", { scopes }) : t("connect.found.scopesRead", { scopes });
    }
    case "roles": {
      const told = found.roles.filter((one) => one.projects > 0);
      if (told.length === 0) return t("connect.found.rolesNone");
      const list = told.map((one) => t("connect.found.roleIn", { role: t(`decision.role.${found.names}.${one.role}`), count: one.projects })).join(", ");
      const maintainer = found.enough === "owner" ? told.find((one) => one.role === "maintainer") : undefined;
      const roles = t("connect.found.roles", { roles: list });
      return maintainer ? `${roles} ${t("connect.found.rolesMaintainer", { count: maintainer.projects })}` : roles;
    }
    case "roles_unknown": return t("connect.found.rolesUnknown");
    case "rules_not_visible": return `${t(`visibility.title.${found.reason.why}`)}. ${t(`visibility.cell.${found.reason.why}`, { needs: needsOf(found.reason, found.names) })}`;
    case "rules": {
      if (!found.supported) return t("connect.found.rulesNone");
      return found.immutable === false ? t("connect.found.rulesNoImmutable") : t("connect.found.rules");
    }
  }
}

function summary(test: ConnectionTest, ready: boolean, t: TFunction): string {
  const count = (state: CheckState) => test.checks.filter((check) => check.state === state).length;
  if (test.running) return t("connect.testing");
  if (!test.started) return t(ready ? "connect.starts" : "connect.notStarted");
  const [passed, warnings, failed] = [count("passed"), count("warning"), count("failed")];
  return [
    t("connect.passed", { count: passed }),
    warnings > 0 && t("connect.warnings", { count: warnings }),
    failed > 0 && t("connect.failed", { count: failed }),
  ].filter(Boolean).join(", ");
}
