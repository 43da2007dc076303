import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { Checkbox } from "../../components/Checkbox";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Header } from "../../components/Header";
import { Icon } from "../../components/Icon";
import { DemoChip, RegistryMark } from "../../components/RegistryMark";
import { Segmented } from "../../components/Segmented";
import { TextField } from "../../components/TextField";
import { errorWords } from "../../components/errorWords";
import type { ApiError, ConnectionSummary, Settings } from "../../ipc/bindings";
import { asApiError } from "../../ipc/client";
import { copyText } from "../../ipc/window";
import { useAppStart, useConnections, useKeychain, useSaveSettings } from "../../state/app";
import { openOverlay } from "../../state/overlay";
import { keys } from "../../state/queries";

const SECTIONS = ["keychain", "registries", "appearance", "keyboard", "data", "network", "about"] as const;
type Section = (typeof SECTIONS)[number];

export default function SettingsScreen() {
  const { t } = useTranslation();
  const start = useAppStart();
  const connections = useConnections();
  const save = useSaveSettings();
  const [error, setError] = useState<ApiError | null>(null);
  const [saved, setSaved] = useState(false);
  const change = (wanted: Partial<Settings>, proxyPassword?: string) => {
    setError(null);
    setSaved(false);
    save(wanted, proxyPassword).then(() => setSaved(true)).catch((thrown: unknown) => setError(asApiError(thrown)));
  };
  return (
    <>
      <Header title={t("settings.title")} aside={<span className="f12 t3">{t("settings.saved")}</span>}>
        <span className="sr" role="status">{saved ? t("settings.savedNow") : ""}</span>
      </Header>
      <div className="set">
        <Sections />
        <div style={{ overflow: "auto" }} data-region>
          {error && <div style={{ padding: "12px 20px 0" }}><ErrorNotice error={error} /></div>}
          <KeychainGroup kept={connections.filter((one) => one.sign_in.with === "token" && one.sign_in.keep === "keychain").length} />
          <Group name="registries">
            {connections.map((connection) => <Registry key={connection.id} connection={connection} />)}
            <Row label=""><Button icon="plus" onClick={() => openOverlay({ kind: "connect", connection: null })}>{t("shell.addRegistry")}</Button></Row>
          </Group>
          <Group name="appearance">
            <Row label={t("settings.theme")}>
              <Segmented
                label={t("settings.theme")}
                value={start.settings.theme}
                options={(["system", "light", "dark"] as const).map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
                onChange={(theme) => change({ theme })}
              />
            </Row>
          </Group>
          <Group name="keyboard">
            <Row label={t("settings.singleLetters")}>
              <Checkbox checked={start.settings.single_letters} label={t("settings.singleLettersUse")} name={t("settings.singleLettersName")} onChange={(single_letters) => change({ single_letters })} />
              <span className="t3">{t("settings.singleLettersHint")}</span>
            </Row>
            <Row label={t("settings.allShortcuts")}><Button icon="keyboard" kbd="?" onClick={() => openOverlay({ kind: "shortcuts" })}>{t("settings.showShortcuts")}</Button></Row>
          </Group>
          <Group name="data">
            <Row label={t("settings.folder")}>
              <code className="trunc" title={start.data_folder}>{start.data_folder}</code>
              <Button kind="ghost" icon="copy" onClick={() => void copyText(start.data_folder)}>{t("settings.copyFolder")}</Button>
            </Row>
            <Row label=""><span className="t3">{t("settings.folderHint")}</span></Row>
          </Group>
          <Group name="network"><ProxyRows settings={start.settings} onChange={change} /></Group>
          <Group name="about">
            <Row label={t("settings.version")}>{t("settings.product", { version: start.version })}</Row>
          </Group>
        </div>
      </div>
    </>
  );
}

function ProxyRows({ settings, onChange }: { settings: Settings; onChange: (settings: Partial<Settings>, proxyPassword?: string) => void }) {
  const { t } = useTranslation();
  const { proxy, proxy_password: kept } = settings;
  const [manual, setManual] = useState(proxy !== null);
  const [address, setAddress] = useState(proxy ?? "");
  const [password, setPassword] = useState("");
  // What was saved comes back without the password that was typed in it.
  useEffect(() => setAddress((now) => proxy ?? now), [proxy]);
  const save = () => {
    const wanted = address.trim();
    if (wanted !== "" && wanted !== proxy) onChange({ proxy: wanted });
  };
  const savePassword = () => {
    if (password === "") return;
    onChange({}, password);
    setPassword("");
  };
  return (
    <>
      <Row label={t("settings.proxy")}>
        <Segmented
          label={t("settings.proxy")}
          value={manual ? "manual" : "environment"}
          options={(["environment", "manual"] as const).map((value) => ({ value, label: t(`settings.proxyFrom.${value}`) }))}
          onChange={(how) => {
            setManual(how === "manual");
            if (how === "environment" && proxy !== null) onChange({ proxy: null });
          }}
        />
      </Row>
      {manual && (
        <Row label={t("settings.proxyAddress")}>
          <TextField hideLabel className="proxy" label={t("settings.proxyAddress")} placeholder="http://proxy.example.com:3128" value={address} onChange={setAddress} onBlur={save} onKeyDown={(event) => event.key === "Enter" && save()} />
          <span className="t3">{t("settings.proxyHint")}</span>
        </Row>
      )}
      {manual && proxy !== null && (proxy.includes("@") || kept !== null) && (
        <Row label={t("settings.proxyPassword")}>
          <TextField hideLabel className="proxy" label={t("settings.proxyPassword")} type="password" autoComplete="new-password" placeholder={kept ? t(`settings.proxyPasswordKept.${kept}`) : ""} value={password} onChange={setPassword} onBlur={savePassword} onKeyDown={(event) => event.key === "Enter" && savePassword()} />
          {kept && <Button onClick={() => onChange({}, "")}>{t("settings.proxyPasswordForget")}</Button>}
          <span className="t3">{t("settings.proxyPasswordHint")}</span>
        </Row>
      )}
    </>
  );
}

function Sections() {
  const { t } = useTranslation();
  const [current, setCurrent] = useState<Section>("keychain");
  return (
    <nav aria-label={t("settings.sections")}>
      {SECTIONS.map((section) => (
        <button
          key={section}
          type="button"
          className="nav-i nav-r"
          aria-current={section === current ? "true" : undefined}
          onClick={() => {
            setCurrent(section);
            document.getElementById(`set-${section}`)?.scrollIntoView({ block: "start" });
          }}
        >
          {t(`settings.section.${section}`)}
        </button>
      ))}
    </nav>
  );
}

function Group({ name, children }: { name: Section; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section className="set-g" aria-labelledby={`set-${name}`}>
      <h2 id={`set-${name}`}>{t(`settings.section.${name}`)}</h2>
      <div>{children}</div>
    </section>
  );
}

function Row({ label, children }: { label: ReactNode; children: ReactNode }) {
  return <div className="set-r"><span className="l">{label}</span><div className="row" style={{ gap: 10 }}>{children}</div></div>;
}

function KeychainGroup({ kept }: { kept: number }) {
  const { t } = useTranslation();
  const keychain = useKeychain();
  const client = useQueryClient();
  const well = keychain === "available";
  return (
    <Group name="keychain">
      <Row label={t("settings.state")}>
        <span className={`row ${well ? "ok" : "warn"}`} style={{ gap: 6 }}>
          <Icon name={well ? "check-circle" : "warning"} /><span className={well ? "t1" : ""}>{t(`settings.keychainState.${keychain}`)}</span>
        </span>
        <span className="t3 grow">{t(`settings.keychainHint.${keychain}`)}</span>
        <Button onClick={() => void client.invalidateQueries({ queryKey: keys.keychain })}>{t("settings.checkAgain")}</Button>
      </Row>
      <Row label={t("settings.tokens")}>{kept}</Row>
    </Group>
  );
}

function Registry({ connection }: { connection: ConnectionSummary }) {
  const { t } = useTranslation();
  return (
    <Row label={<span className="row" style={{ gap: 7 }}><RegistryMark mark={connection.mark} product={connection.product} /><span className="trunc" title={connection.address}>{connection.name}</span></span>}>
      {connection.demo && <DemoChip />}
      <span className="grow trunc t3">
        {connection.error ? <span className="warn">{errorWords(connection.error, t).title}</span> : <SignedIn connection={connection} />}
      </span>
      {!connection.demo && (
        <Button kind="ghost" icon="key" aria-label={t("settings.replaceSecretOf", { name: connection.name, secret: t(`secrets.${connection.secret}`) })} onClick={() => openOverlay({ kind: "connect", connection: connection.id })}>{t("settings.replaceSecret", { secret: t(`secrets.${connection.secret}`) })}</Button>
      )}
      <Button danger aria-label={t("settings.removeOf", { name: connection.name })} onClick={() => openOverlay({ kind: "remove", connection: connection.id })}>{t("settings.remove")}</Button>
    </Row>
  );
}

function SignedIn({ connection }: { connection: ConnectionSummary }) {
  const { t } = useTranslation();
  if (connection.demo) return t("settings.demoHint");
  const { sign_in } = connection;
  if (sign_in.with === "environment") return t("settings.fromEnvironment", { variable: sign_in.variable, secret: t(`secrets.${connection.secret}`) });
  if (sign_in.with === "anonymous") return `${connection.address}, ${t("settings.anonymous")}`;
  if (sign_in.with === "profile") {
    const how = sign_in.name === "" ? t("settings.defaultProfile") : t("settings.fromProfile", { name: sign_in.name });
    return `${connection.address}, ${how}`;
  }
  return [
    connection.address,
    connection.token_hint && t("settings.endsIn", { hint: connection.token_hint, secret: t(`secrets.${connection.secret}`) }),
    sign_in.keep === "session" && t("settings.sessionOnly"),
  ].filter(Boolean).join(", ");
}
