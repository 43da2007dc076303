// Add a registry, or replace the token of one. The test runs by itself while the form is filled in.
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
import type { ApiError } from "../../ipc/bindings";
import { asApiError, call } from "../../ipc/client";
import { openPage } from "../../ipc/window";
import { useConnections, useKeychain } from "../../state/app";
import { keys } from "../../state/queries";
import { go } from "../../state/route";
import { syncConnection } from "../../state/sync";
import { Checks } from "./Checks";
import { draftOf, firstForm, tokenPage } from "./form";
import type { Form } from "./form";
import { KeepChoice } from "./KeepChoice";
import { useConnectionTest } from "./useConnectionTest";

export default function Connect({ connection: id, onClose }: { connection: string | null; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const connection = useConnections().find((one) => one.id === id);
  const keychain = useKeychain();
  const [form, setForm] = useState<Form>(() => firstForm(connection, keychain === "available"));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const draft = useMemo(() => draftOf(form, connection), [form, connection]);
  const test = useConnectionTest(draft);
  const addressField = useRef<HTMLInputElement>(null);
  const tokenField = useRef<HTMLInputElement>(null);
  const edit = (change: Partial<Form>) => setForm((now) => ({ ...now, ...change }));

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

  const page = tokenPage(form.address);
  const held = test.canSave === true ? null : test.canSave === false ? t("connect.cannot") : t("connect.notYet");
  return (
    <Dialog
      width={872}
      busy={saving}
      onClose={onClose}
      before={<span className="big-mark"><RegistryMark mark="GL" product="GitLab" /></span>}
      title={connection ? t("connect.replaceTitle", { name: connection.name }) : t("connect.addTitle")}
      initialFocus={connection ? tokenField : addressField}
      foot={<>
        <Button size="lg" kind="ghost" icon="sync" style={{ marginLeft: -14 }} disabledReason={draft ? null : t("connect.testWaits")} onClick={test.again}>{t("connect.testAgain")}</Button>
        <span className="grow" />
        <Button size="lg" onClick={onClose}>{t("common.cancel")}</Button>
        <Button size="lg" kind="filled" busy={saving} disabledReason={held} onClick={() => void save()}>{connection ? t("connect.saveToken") : t("connect.save")}</Button>
      </>}
    >
      <div className="connect">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (!held) void save();
          }}
        >
          {error && <ErrorNotice error={error} />}
          <TextField ref={addressField} label={t("connect.address")} icon="globe" placeholder={t("connect.addressHint")} inputMode="url" value={form.address} onChange={(address) => edit({ address })} />
          <TextField label={t("connect.name")} aside={t("connect.optional")} value={form.name} onChange={(name) => edit({ name })} />
          <div className="fld">
            <span className="lbl" aria-hidden="true">{t("connect.signIn")}</span>
            <span>
              <Segmented
                label={t("connect.signInMethod")}
                value={form.with}
                options={[{ value: "token", label: t("connect.withToken") }, { value: "environment", label: t("connect.withVariable") }]}
                onChange={(how) => edit({ with: how })}
              />
            </span>
          </div>
          {form.with === "token" ? (
            <>
              <TextField
                ref={tokenField}
                label={t("connect.token")}
                type="password"
                autoComplete="new-password"
                value={form.token}
                placeholder={connection?.token_hint ? t("connect.tokenSaved", { hint: connection.token_hint }) : ""}
                onChange={(token) => edit({ token })}
                hint={<>
                  <WithCode text={t("connect.tokenHint")} />{" "}
                  {page && <button type="button" className="link" onClick={() => void openPage(page)}>{t("connect.createToken")}</button>}
                </>}
              />
              <KeepChoice value={form.keep} keychain={keychain} onChange={(keep) => edit({ keep })} />
            </>
          ) : (
            <TextField ref={tokenField} mono label={t("connect.variable")} value={form.variable} onChange={(variable) => edit({ variable })} hint={t("connect.variableHint")} />
          )}
          <TextField label={t("connect.caFile")} aside={t("connect.optional")} placeholder="/etc/ssl/company-ca.pem" value={form.caFile} onChange={(caFile) => edit({ caFile })} hint={t("connect.caHint")} />
          {form.with === "token" && <span className="hint row" style={{ gap: 6, alignItems: "flex-start" }}><Icon name="immutable" /><span>{t("connect.lastFour")}</span></span>}
          <button type="submit" hidden />
        </form>
        <Checks test={test} started={draft !== null} />
      </div>
    </Dialog>
  );
}

/** Words in backticks are set in the pattern's type. */
function WithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part));
}
