// Add a registry, or replace the secret of one. The test runs by itself when the form is filled in.
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Icon } from "../../components/Icon";
import { RegistryMark } from "../../components/RegistryMark";
import { Segmented } from "../../components/Segmented";
import { TextField } from "../../components/TextField";
import type { ApiError, RegistryKind } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { openPage } from "../../ipc/window";
import { useConnections, useKeychain } from "../../state/app";
import { keys } from "../../state/queries";
import { go } from "../../state/route";
import { syncConnection } from "../../state/sync";
import { Checks } from "./Checks";
import { draftOf, firstForm, tokenPage } from "./form";
import type { Form } from "./form";
import { KINDS, formOf } from "./kinds";
import { KeepChoice } from "./KeepChoice";
import { useConnectionTest } from "./useConnectionTest";

export default function Connect({ connection: id, kind, onClose }: { connection: string | null; kind?: RegistryKind | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const connection = useConnections().find((one) => one.id === id);
  const keychain = useKeychain();
  const [form, setForm] = useState<Form>(() => firstForm(connection, keychain === "available", kind));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const draft = useMemo(() => draftOf(form, connection), [form, connection]);
  const test = useConnectionTest(draft);
  const addressField = useRef<HTMLInputElement>(null);
  const tokenField = useRef<HTMLInputElement>(null);
  const edit = (change: Partial<Form>) => setForm((now) => ({ ...now, ...change }));
  const choose = (change: Partial<Form>) => {
    edit(change);
    test.complete();
  };

  const save = async () => {
    if (!draft || saving) return;
    setSaving(true);
    setError(null);
    try {
      const saved = await call("connection_save", draft);
      await client.invalidateQueries({ queryKey: keys.connections });
      onClose();
      go({ screen: "projects" });
      void syncConnection(saved.id);
    } catch (thrown) {
      setError(asApiError(thrown));
      setSaving(false);
    }
  };

  const asked = formOf(form.kind);
  const page = tokenPage(form.kind, form.address);
  const held = test.canSave === true ? null : test.canSave === false ? t("connect.cannot") : t("connect.notYet");
  return (
    <Dialog
      width={872}
      busy={saving}
      onClose={onClose}
      before={<span className="big-mark"><RegistryMark mark={asked.mark} product={asked.product} /></span>}
      title={connection ? t("connect.replaceTitle", { name: connection.name, secret: t(`secrets.${connection.secret}`) }) : t("connect.addTitle", { product: asked.product })}
      initialFocus={connection ? tokenField : addressField}
      foot={<>
        {test.running
          ? <Button size="lg" kind="ghost" icon="close" style={{ marginLeft: -14 }} onClick={test.stop}>{t("connect.stop")}</Button>
          : <Button size="lg" kind="ghost" icon="sync" style={{ marginLeft: -14 }} disabledReason={draft ? null : t("connect.testWaits")} onClick={test.again}>{test.started ? t("connect.testAgain") : t("connect.testNow")}</Button>}
        <span className="grow" />
        {/* Whoever clicks here has not completed the field: it keeps the cursor, and nothing is tested. */}
        <Button size="lg" onMouseDown={(event) => event.preventDefault()} onClick={onClose}>{t("common.cancel")}</Button>
        <Button size="lg" kind="filled" busy={saving} disabledReason={held} onClick={() => void save()}>{connection ? t("connect.saveSecret", { secret: t(`secrets.${connection.secret}`) }) : t("connect.save")}</Button>
      </>}
    >
      <div className="connect">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (held) test.complete();
            else void save();
          }}
        >
          {error && <ErrorNotice error={error} />}
          {!connection && (
            <div className="fld">
              <span className="lbl" aria-hidden="true">{t("connect.kind")}</span>
              <span>
                <Segmented
                  label={t("connect.kindLabel")}
                  value={form.kind}
                  options={KINDS.map((one) => ({ value: one.kind, label: one.product }))}
                  onChange={(next) => choose({ kind: next, with: "token", variable: formOf(next).variable })}
                />
              </span>
            </div>
          )}
          <TextField ref={addressField} label={t("connect.address")} icon="globe" placeholder={asked.address} inputMode="url" value={form.address} onChange={(address) => edit({ address })} onComplete={test.complete} />
          <TextField label={t("connect.name")} aside={t("connect.optional")} value={form.name} onChange={(name) => edit({ name })} />
          <div className="fld">
            <span className="lbl" aria-hidden="true">{t("connect.signIn")}</span>
            <span>
              <Segmented
                label={t("connect.signInMethod")}
                value={form.with}
                options={[
                  { value: "token", label: t(`connect.with.${asked.secret}`) },
                  ...(asked.profile ? [{ value: "profile" as const, label: t("connect.withProfile") }] : []),
                  { value: "environment", label: t("connect.withVariable") },
                  ...(asked.anonymous ? [{ value: "anonymous" as const, label: t("connect.withNothing") }] : []),
                ]}
                onChange={(how) => choose({ with: how })}
              />
            </span>
          </div>
          {asked.user === true && form.with !== "anonymous" && (
            <TextField label={t("connect.user")} aside={t("connect.optional")} autoComplete="off" value={form.user} onChange={(user) => edit({ user })} onComplete={test.complete} hint={t("connect.userHint")} />
          )}
          {asked.user === "needed" && (
            <TextField label={t("connect.user")} autoComplete="off" value={form.user} onChange={(user) => edit({ user })} onComplete={test.complete} hint={t("connect.robotHint")} />
          )}
          {asked.user === "keys" && (form.with === "token" || form.with === "environment") && (
            <TextField mono label={t("connect.keyId")} autoComplete="off" placeholder="AKIA…" value={form.user} onChange={(user) => edit({ user })} onComplete={test.complete} />
          )}
          {form.with === "token" ? (
            <>
              <TextField
                ref={tokenField}
                label={t(`connect.secret.${asked.secret}`)}
                type="password"
                autoComplete="new-password"
                value={form.token}
                placeholder={connection?.token_hint ? t("connect.tokenSaved", { hint: connection.token_hint }) : ""}
                onChange={(token) => edit({ token })}
                onComplete={test.complete}
                hint={<>
                  <WithCode text={t(`connect.secretHint.${asked.secret}`)} />{" "}
                  {page && <button type="button" className="link" onClick={() => void openPage(page)}>{t("connect.createToken", { product: asked.product })}</button>}
                </>}
              />
              <KeepChoice value={form.keep} keychain={keychain} onChange={(keep) => edit({ keep })} />
            </>
          ) : form.with === "anonymous" ? null : form.with === "profile" ? (
            <TextField ref={tokenField} mono label={t("connect.profile")} aside={t("connect.optional")} placeholder="default" value={form.profile} onChange={(profile) => edit({ profile })} onComplete={test.complete} hint={t("connect.profileHint")} />
          ) : (
            <TextField ref={tokenField} mono label={t("connect.variable")} value={form.variable} onChange={(variable) => edit({ variable })} onComplete={test.complete} hint={t("connect.variableHint")} />
          )}
          {asked.repositories && (
            <TextField mono label={t("connect.repositories")} aside={t("connect.optional")} placeholder="shop/basket, shop/web" value={form.repositories} onChange={(repositories) => edit({ repositories })} onComplete={test.complete} hint={t("connect.repositoriesHint")} />
          )}
          <TextField label={t("connect.caFile")} aside={t("connect.optional")} placeholder="/etc/ssl/company-ca.pem" value={form.caFile} onChange={(caFile) => edit({ caFile })} onComplete={test.complete} hint={t("connect.caHint")} />
          {form.with === "token" && <span className="hint row" style={{ gap: 6, alignItems: "flex-start" }}><Icon name="immutable" /><span>{t("connect.lastFour")}</span></span>}
          <button type="submit" hidden />
        </form>
        <Checks test={test} ready={draft !== null} />
      </div>
    </Dialog>
  );
}

/** Words in backticks are set in the pattern's type. */
function WithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
