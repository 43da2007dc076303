// Shown while no registry exists. Nothing is asked of the network before a choice.
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Brand, Icon } from "../../components/Icon";
import { StateIcon } from "../../components/State";
import { useAppStart, useKeychain } from "../../state/app";
import { useDemo } from "../../state/demo";
import { useShortcuts } from "../../state/keys";
import { openOverlay } from "../../state/overlay";
import { Strips } from "../../shell/Strips";
import type { RegistryKind } from "../../ipc/bindings";
import { KINDS } from "../connect/kinds";
import { TagCard } from "./TagCard";

export default function Welcome() {
  const { t } = useTranslation();
  const start = useAppStart();
  const keychain = useKeychain();
  const demo = useDemo();
  const add = (registry: RegistryKind) => openOverlay({ kind: "connect", connection: null, registry });
  const numbered = Object.fromEntries(KINDS.map((one, index) => [`${index + 1}`, () => add(one.kind)]));
  // The page has no field to type in, so its letter stays on.
  useShortcuts({ ...numbered, d: () => demo.open(), "?": () => openOverlay({ kind: "shortcuts" }) }, { letters: "always" });
  const total = demo.progress?.total ?? null;
  return (
    <div className="wel">
      <section className="wel-l" aria-label={t("welcome.about")}>
        <div className="row" style={{ gap: 8, fontWeight: 600, fontSize: 14 }}><Brand />{t("common.brand")}</div>
        <h1>{t("welcome.claim")}</h1>
        <p className="t2" style={{ maxWidth: 360 }}>{t("welcome.text")}</p>
        <div style={{ marginTop: 22 }}>
          {(["open", "protected", "immutable"] as const).map((state) => (
            <TagCard key={state} state={state}>
              <div className="row" style={{ gap: 6, marginBottom: 2 }}><StateIcon state={state} size="s" decorative /><span className="b">{t(`common.state.${state}`)}</span></div>
              <p className="f12 t2" style={{ lineHeight: "17px" }}>{t(`welcome.${state}`)}</p>
            </TagCard>
          ))}
        </div>
        <h2 className="f12 m t2" style={{ margin: "28px 0 8px" }}>{t("welcome.decided")}</h2>
        <ol className="mini">
          <li><span className="bx"><Icon name="person" />{t("welcome.role")}</span></li>
          <li><Icon name="arrow" size="xs" /><span className="bx"><Icon name="tag" />{t("welcome.exists")}</span></li>
          <li><Icon name="arrow" size="xs" /><span className="bx"><Icon name="immutable" />{t("welcome.isImmutable")}</span></li>
        </ol>
        <span className="grow" />
        <p className="f12 t3 row" style={{ gap: 6, alignItems: "flex-start" }}>
          <Icon name="key" /><span>{t(keychain === "no_bus" || keychain === "no_service" ? "welcome.noKeychain" : "welcome.credentials")}</span>
        </p>
      </section>
      <main className="wel-m" aria-label={t("welcome.start")}>
        <Strips />
        <div className="wel-r">
          <div style={{ maxWidth: 600, width: "100%" }}>
            <h2 className="wel-h">{t("welcome.add")}</h2>
            <p className="t3" style={{ marginBottom: 16 }}>{t("welcome.addText")}</p>
            {KINDS.map((one, index) => (
              <button key={one.kind} type="button" className="opt" aria-keyshortcuts={`${index + 1}`} onClick={() => add(one.kind)}>
                <span className="mono-r" aria-hidden="true">{one.mark}</span>
                <span className="col"><span className="b">{one.product}</span><span className="f12 t3">{t(`welcome.kind.${one.kind}`)}</span></span>
                <span className="row" style={{ gap: 10 }}><kbd aria-hidden="true">{index + 1}</kbd><span className="t3"><Icon name="chevron-right" size="m" /></span></span>
              </button>
            ))}
            <div className="row" style={{ margin: "20px 0", gap: 12 }}><span className="rule" /><span className="f12 t3">{t("welcome.orDemo")}</span><span className="rule" /></div>
            <div className="opt demo">
              <span className="mono-r" style={{ display: "grid", placeItems: "center" }}><Icon name="play" size="xs" /></span>
              <span className="col">
                <span className="b">{t("welcome.demo")}</span>
                <span className="f12 t3">{demo.opening && total !== null ? t("welcome.reading", { done: demo.progress?.done ?? 0, total }) : t("welcome.demoText")}</span>
                <span className="row f12 t3" style={{ gap: 8, marginTop: 2 }}>
                  {t("welcome.demoAlso")}
                  {KINDS.filter((one) => one.demo).slice(1).map((one) => (
                    <button key={one.kind} type="button" className="link" disabled={demo.opening} aria-label={t("welcome.openDemoOf", { product: one.product })} onClick={() => demo.open(one.kind)}>{one.product}</button>
                  ))}
                </span>
              </span>
              <span className="row">
                {demo.opening && <Button size="lg" kind="ghost" onClick={demo.cancel}>{t("common.cancel")}</Button>}
                <Button size="lg" kbd="D" aria-keyshortcuts="D" busy={demo.opening} onClick={() => demo.open()}>{t("welcome.openDemo")}</Button>
              </span>
            </div>
            {demo.opening && total !== null && (
              <div className="prog" style={{ marginTop: 8 }} role="progressbar" aria-label={t("welcome.opening")} aria-valuemin={0} aria-valuemax={total} aria-valuenow={demo.progress?.done ?? 0}>
                <i style={{ width: `${(100 * (demo.progress?.done ?? 0)) / Math.max(1, total)}%` }} />
              </div>
            )}
            {demo.error && <div style={{ marginTop: 12 }}><ErrorNotice error={demo.error} /></div>}
          </div>
        </div>
      </main>
      <footer className="status" aria-label={t("shell.status.label")}>
        <span className={keychain === "available" ? "row" : "row warn"}><Icon name={keychain === "available" ? "check-circle" : "key"} />{t(`shell.keychain.${keychain}`)}</span>
        <span className="sp row" style={{ gap: 16 }}>
          {!demo.opening && <span>{t("shell.status.noNetwork")}</span>}
          <span>{t("shell.status.version", { version: start.version })}</span>
        </span>
      </footer>
    </div>
  );
}
